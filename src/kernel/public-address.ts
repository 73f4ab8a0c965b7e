import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/**
 * Addresses that do not lead out into the Internet: the special-purpose registries of IANA
 * (RFC 6890 and after), and what wraps an IPv4 address inside IPv6. Two lists, since one would apply the
 * rule for ::ffff:0:0/96 to every IPv4 address.
 */
const inward = { ipv4: new BlockList(), ipv6: new BlockList() };
const subnets = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const subnets6 = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;
for (const [net, prefix] of subnets) inward.ipv4.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of subnets6) inward.ipv6.addSubnet(net, prefix, 'ipv6');

/** Whether an address leads out: not loopback, private, link-local, multicast or otherwise special. */
export function isPublicAddress(address: string): boolean {
  const plain = address.split('%')[0] ?? '';
  if (isIP(plain) === 0) return false;
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  return !inward[family].check(plain, family);
}

/** As dns.lookup; fails if any address of the name is private. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    const private_ = addresses?.find(({ address }) => !isPublicAddress(address));
    if (error) callback(error, '');
    else if (private_ || !first) callback(new Error(`${hostname} leads to a private address`), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
