#!/bin/sh
# What udhcpc calls: configure the link as a client machine would, and record the lease in $LEASE.
set -u
case $1 in
deconfig)
  ip -4 address flush dev "${interface:?}"
  ip link set "${interface:?}" up
  ;;
bound | renew)
  ip -4 address flush dev "${interface:?}"
  ip address add "${ip:?}/${mask:?}" broadcast + dev "${interface:?}"
  for gateway in ${router-}; do
    ip route add default via "$gateway" dev "${interface:?}"
    break
  done
  {
    echo "address=$ip"
    echo "prefix=$mask"
    echo "routers=${router-}"
    echo "dns=${dns-}"
    echo "domain=${domain-}"
    echo "leaseSeconds=${lease-}"
    echo "server=${serverid-}"
  } >"$LEASE"
  ;;
esac
