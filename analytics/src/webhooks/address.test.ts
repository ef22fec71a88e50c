import { expect, test } from "vitest";
import { createGuardedLookup, isPublicAddress } from "./address.ts";

test.each([
  "127.0.0.1",
  "0.0.0.0",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "100.100.100.200",
  "169.254.169.254",
  "168.63.129.16",
  "192.0.0.192",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:10.0.0.1",
  "64:ff9b::a00:1",
  "64:ff9b:1::a00:1",
  "2002:a00:1::",
  "2001:db8::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "fc00::1",
  "fd00:ec2::254",
  "ff02::1",
  "not an address",
])("%s is no address of the public internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["1.1.1.1", "93.184.216.34", "::ffff:1.1.1.1", "2606:4700:4700::1111", "2400:3200::1"])(
  "%s is an address of the public internet",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

const lookupOf = (allowPrivate: boolean) =>
  new Promise((resolve) => {
    createGuardedLookup({ allowPrivate })("localhost", { all: true }, (error, addresses) =>
      resolve(error?.message ?? addresses),
    );
  });

test("a socket gets no address for a name that leads inside, unless that is allowed", async () => {
  expect(await lookupOf(false)).toMatch(/^The address (127\.0\.0\.1|::1) is not public$/);
  expect(await lookupOf(true)).toContainEqual({ address: "127.0.0.1", family: 4 });
});
