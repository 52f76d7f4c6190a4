# Words of the kernel's command line, as it splits them itself: quotes hold blanks together, and what
# follows `--` is for init alone. Of a setting that is given twice the last one holds; `pci=` adds up.

# For awk: `line` is the first line with words in a whole text, which begins at `from`; `word` has the
# `count` of them, each begins at `at`, and the last one ends at `end`.
# shellcheck disable=SC2016
WORDS='
  function first_line() {
    from = match($0, /[^ \t\r\n]/)
    line = from ? substr($0, from) : ""
    if (index(line, "\n")) line = substr(line, 1, index(line, "\n") - 1)
    split_line()
  }
  function split_line(    i, size, letter, quoted, start) {
    count = end = start = quoted = 0
    size = length(line)
    for (i = 1; i <= size + 1; i++) {
      letter = substr(line, i, 1)
      if (i <= size && (quoted || letter !~ /[ \t\r]/)) {
        if (letter == "\"") quoted = !quoted
        if (!start) start = i
      } else if (start) {
        if (substr(line, start, i - start) == "--") return
        word[++count] = substr(line, start, i - start)
        at[count] = start
        end = i - 1
        start = 0
      }
    }
  }
  function key(text) { sub(/=.*/, "", text); return text }
  function in_force(text,    i, last) {
    for (i = 1; i <= count; i++) {
      if (key(word[i]) != key(text)) continue
      if (key(text) == "pci" && word[i] == text) return 1
      last = word[i]
    }
    return last == text
  }
'

# PROGRAM WORD…: with the text on standard input as a whole.
on_text() {
  program=$1
  shift
  awk -v RS='\001' -v given="$*" "BEGIN { total = split(given, wanted, \" \") } $WORDS { first_line() } $program"
}

# WORD…: those that are not in force in the text, a blank before each.
lacking() {
  on_text 'END { for (i = 1; i <= total; i++) if (!in_force(wanted[i])) printf " %s", wanted[i] }' "$@"
}

# WORD…: the text with them behind its own.
add_words() {
  # shellcheck disable=SC2016
  on_text '{
    rest = from ? substr($0, from + end) : $0
    printf "%s%s%s%s%s", substr($0, 1, from - 1 + end), end && given != "" ? " " : "", given, given != "" && rest ~ /^--/ ? " " : "", rest
  }' "$@"
}

# WORD…: the text without the last of each, and the blank before it.
remove_words() {
  # shellcheck disable=SC2016
  on_text '{
    whole = substr($0, from + length(line))
    for (i = total; i > 0; i--) {
      split_line()
      for (j = count; j > 0 && word[j] != wanted[i]; j--);
      if (!j) continue
      first = at[j] > 1 ? at[j] - 1 : 1
      line = substr(line, 1, first - 1) substr(line, first + length(wanted[i]) + 1)
    }
    printf "%s%s%s", substr($0, 1, from - 1), line, whole
  }' "$@"
}
