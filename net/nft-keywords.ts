/** Words that nft reads as its own wherever a name could stand, so that no declaration has them. */
export const NFT_KEYWORDS: ReadonlySet<string> = new Set(
  `
  accept add ah all arp auto-merge bridge chain comment comp continue counter cpu create ct
  day dccp define delete describe destroy device devices dnat drop dup ecn elements esp ether
  exists expires export exthdr fib flags flow flush frag fwd gc-interval geneve get goto gre
  gretap handle hbh hook hour ibriport ibrname icmp icmpv6 iif iifgroup iifname iiftype import
  include inet inner insert interval ip ip6 jhash jump last limit list log map mark masquerade
  meta meter mh missing monitor netdev nftrace notrack numgen obriport obrname oif oifgroup
  oifname oiftype or osf policy priority queue quota redirect reject rename replace reset
  return rt rt0 rt2 rtclassid rule ruleset sctp secmark set size skgid snat socket srh symhash
  synproxy table tcp th time timeout tproxy tunnel type typeof udp undefine vlan vmap vxlan xt
`
    .trim()
    .split(/\s+/),
);
