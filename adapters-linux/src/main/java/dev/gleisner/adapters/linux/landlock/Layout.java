package dev.gleisner.adapters.linux.landlock;

import dev.gleisner.ports.HostView.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the backend adds to a policy's mounts, as far as Landlock has to know. Every path must exist when the rules
 * are added.
 *
 * @param devices device nodes that the command may read, write and control
 * @param terminals directories of terminals (devpts)
 * @param scratch directories for shared memory and message queues
 * @param proc where proc(5) is mounted; empty when it is not
 * @param descriptors descriptors that the command inherits
 * @param networkNamespace whether the command is in a network namespace of its own
 * @param kinds what a path of the host is
 */
public record Layout(
        List<String> devices,
        List<String> terminals,
        List<String> scratch,
        Optional<String> proc,
        List<FdRule> descriptors,
        boolean networkNamespace,
        Function<String, Optional<Kind>> kinds) {

    /** The device nodes of a minimal {@code /dev}. */
    public static final List<String> MINIMAL_DEVICES =
            List.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx");

    public Layout {
        devices = List.copyOf(devices);
        terminals = List.copyOf(terminals);
        scratch = List.copyOf(scratch);
        descriptors = List.copyOf(descriptors);
    }

    /** A minimal {@code /dev} with devpts, shm and mqueue, {@code /proc}, and an own network namespace. */
    public static Layout standard(Function<String, Optional<Kind>> kinds) {
        return new Layout(
                MINIMAL_DEVICES,
                List.of("/dev/pts"),
                List.of("/dev/shm", "/dev/mqueue"),
                Optional.of("/proc"),
                List.of(),
                true,
                kinds);
    }

    /** The same with these descriptors. */
    public Layout withDescriptors(List<FdRule> rules) {
        return new Layout(devices, terminals, scratch, proc, rules, networkNamespace, kinds);
    }

    /** The same in the network namespace of the host, or not. */
    public Layout withNetworkNamespace(boolean own) {
        return new Layout(devices, terminals, scratch, proc, descriptors, own, kinds);
    }
}
