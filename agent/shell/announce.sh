# Neighbours that know a guest from the node that had it before would send there for a minute.

# Gratuitous ARP, and neighbour advertisements that override: now, and again for who was not listening or
# has been told otherwise by the node before. Perl, because Proxmox VE is made of it.
# shellcheck disable=SC2016
ANNOUNCE='
use Socket;
my ($tap, $uplinks, $guest) = @ARGV;
sub read_link { open my $file, "<", "/sys/class/net/$_[0]/$_[1]" or return ""; my $line = <$file>; chomp $line; $line }
for my $pause (0, 0.3, 0.7, 2) {
  select undef, undef, undef, $pause;
  last unless -e "/sys/class/net/$tap";
  for my $uplink (split " ", $uplinks) {
    my $index = read_link($uplink, "ifindex") or next;
    my $mac = pack "H12", read_link($uplink, "address") =~ tr/://dr;
    for my $address (split " ", $guest) {
      if ($address =~ /:/) {
        socket my $icmp, AF_INET6, SOCK_RAW, 58 or next;
        setsockopt $icmp, 41, 17, pack "i", $index;
        setsockopt $icmp, 41, 18, pack "i", 255;
        my $told = pack "CCnN", 136, 0, 0, 0xa0000000;
        $told .= Socket::inet_pton(AF_INET6, $address) . pack("CC", 2, 1) . $mac;
        send $icmp, $told, 0, Socket::pack_sockaddr_in6(0, Socket::inet_pton(AF_INET6, "ff02::1"), $index);
      } else {
        socket my $raw, 17, SOCK_RAW, 0 or next;
        my ($all, $own) = ("\xff" x 6, inet_aton($address));
        my $told = $all . $mac . pack("nnnCCn", 0x806, 1, 0x800, 6, 4, 1) . $mac . $own . "\0" x 6 . $own;
        send $raw, $told, 0, pack("SnlSCCa8", 17, 0x806, $index, 1, 0, 6, $all);
      }
    }
  }
}'

# TAP UPLINKS ADDRESSES: in the background, and with no lock of whoever asks. Without it neighbours find
# the guest all the same, late.
announce() {
  { command -v perl >/dev/null && [ -n "$2" ]; } || return 0
  perl -e "$ANNOUNCE" "$1" "$2" "$3" </dev/null >/dev/null 2>&1 7>&- 8>&- 9>&- &
}
