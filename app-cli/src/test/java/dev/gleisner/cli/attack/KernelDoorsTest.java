package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Answers;
import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import dev.gleisner.ports.contract.Needs;
import java.util.List;
import java.util.UUID;

/** Doors of the kernel that lead around mounts and namespaces. */
class KernelDoorsTest {
    @Attack("E5")
    void e5AbstractSocketOfTheHostIsOutOfReach(Who who) {
        try (Site site = Site.of(who)) {
            String name = "gleisner-" + UUID.randomUUID();
            try (Running _ = site.plainly(site.program("attack"), "abstract-listen", name)
                    .start()
                    .awaitOut("ready")) {
                site.attackPlainly("abstract-connect", name).worked("stream", "dgram-connect", "dgram-sendto");
                site.attack("abstract-connect", name).failed("stream", "dgram-connect", "dgram-sendto");
            }
        }
    }

    /** With the host's network the names are in reach; the scope of Landlock holds by itself. */
    @Attack("E5")
    void e5LandlockScopeHoldsOnTheHostsNetwork(Who who) {
        try (Site site = Site.of(who)) {
            String name = "gleisner-" + UUID.randomUUID();
            try (Running _ = site.plainly(site.program("attack"), "abstract-listen", name)
                    .start()
                    .awaitOut("ready")) {
                String[] words = {"wrap", "--share-network", "--", "./attack", "abstract-connect", name};
                Answers shared = Answers.of(site.gleisner(words).run());
                shared.that("stream").isEqualTo("EPERM");
                shared.that("dgram-connect").isEqualTo("EPERM");
                shared.that("dgram-sendto").isEqualTo("EPERM");
                String[] without = {
                    "wrap", "--share-network", "--no-landlock", "--", "./attack", "abstract-connect", name
                };
                Answers.of(site.gleisner(without).run()).worked("stream", "dgram-connect", "dgram-sendto");
            }
        }
    }

    @Attack("E6")
    void e6LeakedDescriptorsDoNotComeAlong(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            site.homeFile("leak.txt", "leaked");
            String gleisner = site.line("wrap", "--", "./attack", "descriptors");
            String leaky = "exec 5<../leak.txt 7</etc 8>../leak.out; ";
            Result twin =
                    site.plain("sh", "-c", leaky + "exec ./attack descriptors").exits(0);
            assertThat(twin.out().strip()).isEqualTo("0 1 2 5 7 8");
            Result inside = site.plain("sh", "-c", leaky + "exec " + gleisner).exits(0);
            assertThat(inside.out().strip()).isEqualTo("0 1 2");
        }
    }

    @Attack("E7")
    void e7IoUringIsRefused(Who who) {
        try (Site site = Site.of(who)) {
            Answers twin = site.attackPlainly("io-uring");
            twin.that("io_uring_enter").isEqualTo("EBADF");
            twin.that("io_uring_register").isEqualTo("EINVAL");
            Answers inside = site.attack("io-uring");
            for (String call : List.of("io_uring_setup", "io_uring_enter", "io_uring_register")) {
                inside.that(call).isEqualTo("EPERM");
            }
        }
    }

    @Attack("E8")
    void e8OtherAbisAreClosed(Who who) {
        try (Site site = Site.of(who)) {
            Answers twin = site.attackPlainly("other-abi");
            Needs.that("ia32", "ok".equals(twin.all().get("i386-getpid")), "the kernel has no 32 bit system calls");
            twin.worked("i386-getpid", "i386-socket");
            Answers inside = site.attack("other-abi");
            for (String call : List.of("i386-getpid", "i386-socket", "x32-getpid", "x32-open")) {
                inside.that(call).isIn("signal 31", "EPERM", "ENOSYS");
            }
        }
    }

    @Attack("E9")
    void e9CallsThatUndoASandboxAreRefused(Who who) {
        try (Site site = Site.of(who)) {
            List<String> refused = List.of(
                    "clone-userns",
                    "unshare-userns",
                    "unshare-userns-mount",
                    "setns",
                    "mount",
                    "umount-proc",
                    "open_tree",
                    "fsopen",
                    "mount_setattr",
                    "process_vm_readv",
                    "ptrace-child",
                    "userfaultfd",
                    "add_key",
                    "keyctl",
                    "perf_event_open",
                    "socket-raw",
                    "socket-vsock",
                    "socket-audit",
                    "chroot",
                    "sethostname");
            Answers twin = site.attackInNamespaces("syscalls");
            // These answer "no such thing" without a filter, so EPERM is the filter's word.
            List<String> refusedOtherwise = List.of(
                    "move_mount",
                    "pivot_root",
                    "pidfd_getfd",
                    "quotactl_fd",
                    "bpf",
                    "open_by_handle_at",
                    "name_to_handle_at");
            Answers inside = site.attack("syscalls");
            for (String call : refused) {
                if (!call.equals("perf_event_open") && !call.equals("userfaultfd") && !call.equals("socket-vsock")) {
                    twin.worked(call); // those three depend on how the host's kernel is set up
                }
                inside.that(call).isIn("EPERM", "EAFNOSUPPORT", "EPROTONOSUPPORT");
            }
            for (String call : refusedOtherwise) {
                twin.that(call).isNotIn("EPERM", "ok");
                inside.that(call).isEqualTo("EPERM");
            }
            twin.worked("clone3-userns");
            inside.that("clone3-userns").isEqualTo("ENOSYS");
            inside.that("kexec_load").isIn("EPERM", "ENOSYS");
            inside.failed("mknod-device");
            // Allowed on purpose: what runs from memory meets the same mounts, rights and filter.
            inside.worked("memfd-exec");
        }
    }

    @Attack("E9")
    void e9NoCapabilityIsLeftAndNoneCanBeGained(Who who) {
        try (Site site = Site.of(who)) {
            Answers inside = site.attack("identity");
            inside.that("uid").isEqualTo("" + who.uid());
            inside.that("gid").isEqualTo("" + who.gid());
            assertThat(inside.result().out())
                    .contains("CapInh:\t0000000000000000")
                    .contains("CapPrm:\t0000000000000000")
                    .contains("CapEff:\t0000000000000000")
                    .contains("CapBnd:\t0000000000000000")
                    .contains("CapAmb:\t0000000000000000")
                    .contains("NoNewPrivs:\t1")
                    .contains("Seccomp:\t2");
            assertThat(site.attackPlainly("identity").result().out())
                    .contains("NoNewPrivs:\t0", "Seccomp:\t0")
                    .doesNotContain("CapBnd:\t0000000000000000");
        }
    }
}
