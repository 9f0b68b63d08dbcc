/*
 * Umbrella header of the bindings to libbpf (package dev.gleisner.bindings.bpf): the few functions that load and attach
 * programs, and the constants and structures of bpf(2) that go with them. What becomes Java is in libbpf.args.
 */
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
