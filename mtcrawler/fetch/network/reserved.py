"""Address blocks that are not the public internet, each with its source; deploy/kubernetes/network.yaml has the same.

Sources:

- IANA: the registries iana-ipv4-special-registry, iana-ipv6-special-registry and ipv6-address-space
- RFC 3879: site-local addresses, which old networks still use
- RFC 5771 and RFC 4291: multicast
- RFC 7526: 6to4, which nobody should route any more
- Microsoft: "What is IP address 168.63.129.16?", the platform of every virtual machine in Azure
- IBM: "About networking for VPC", the services that every machine in its cloud can reach
- Metadata services of other clouds are inside these blocks: 169.254.169.254 (most), 169.254.170.2 (ECS tasks),
  100.100.100.200 (Alibaba), 192.0.0.192 (Oracle), fd00:ec2::254 (AWS), fd20:ce::254 (Google)
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Final

IPV4: Final = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this host on this network (RFC 791)
        "10.0.0.0/8",  # private use (RFC 1918)
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "127.0.0.0/8",  # loopback (RFC 1122)
        "161.26.0.0/16",  # IBM Cloud's own services
        "166.8.0.0/14",  # IBM Cloud's own services
        "168.63.129.16/32",  # Azure's platform
        "169.254.0.0/16",  # link-local (RFC 3927)
        "172.16.0.0/12",  # private use (RFC 1918)
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "192.168.0.0/16",  # private use (RFC 1918)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and broadcast (RFC 1112)
    )
)

# IANA has given out 2000::/3 alone: first all that lies beside it, as the registry divides it, then what is special
# within.
IPV6: Final = tuple(
    IPv6Network(block)
    for block in (
        "::/8",  # unspecified, loopback, and the forms that hold an IPv4 address
        "100::/8",  # discarded (RFC 6666), else reserved
        "200::/7",  # reserved (RFC 4048)
        "400::/6",  # reserved
        "800::/5",  # reserved
        "1000::/4",  # reserved
        "4000::/3",  # reserved, and segment routing 5f00::/16 (RFC 9602)
        "6000::/3",  # reserved
        "8000::/3",  # reserved
        "a000::/3",  # reserved
        "c000::/3",  # reserved
        "e000::/4",  # reserved
        "f000::/5",  # reserved
        "f800::/6",  # reserved
        "fc00::/7",  # unique local (RFC 4193)
        "fe00::/9",  # reserved
        "fe80::/10",  # link-local (RFC 4291)
        "fec0::/10",  # site-local (RFC 3879)
        "ff00::/8",  # multicast (RFC 4291)
        "2001::/23",  # protocol assignments, Teredo among them (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4 (RFC 7526)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
