# For an administrator at the console.

# Take our packet filter away and keep it away, at boot too, until `resume`.
panic() {
  lock_by_force
  mkdir -p "$STATE"
  write "$STATE/panic" yes
  rollback 'panic' || :
  del_nft
  for name in $(frames_tables); do del_frames "$name" all; done
  printf 'our packet filter is gone: nothing of ours refuses or translates a packet until: sh %s resume\n' "$LIB/agent"
}

resume() {
  rm -f "$STATE/panic"
  restore
}
