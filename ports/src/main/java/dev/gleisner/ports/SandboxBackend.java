package dev.gleisner.ports;

import dev.gleisner.domain.record.Traps;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.util.List;

/** Puts a command in a sandbox. */
public interface SandboxBackend {
    /** Whether it confines at all. */
    boolean confines();

    /**
     * Every step it would take, one a line, without taking any.
     *
     * @throws GleisnerException when the policy asks for something this backend cannot do
     */
    List<String> plan(SandboxSpec spec) throws GleisnerException;

    /**
     * The system call filter it would install, one instruction a line; empty when it installs none.
     *
     * @throws GleisnerException when the policy names an unknown system call
     */
    List<String> seccompListing(SandboxSpec spec) throws GleisnerException;

    /**
     * Builds the sandbox and stops just before the command would start. All layers are in force and probed when this
     * returns.
     *
     * @param spec the effective policy
     * @param taps who hears what the command prints
     * @param traps which of its system calls wait for a sensor
     * @throws GleisnerException.HostLacks when a required layer cannot be had; nothing of the command has run then
     * @throws GleisnerException.KernelRefused when the kernel refuses a step; nothing of the command has run then
     */
    StagedSandbox stage(SandboxSpec spec, OutputTaps taps, Traps traps) throws GleisnerException;

    /** The same without traps. */
    default StagedSandbox stage(SandboxSpec spec, OutputTaps taps) throws GleisnerException {
        return stage(spec, taps, Traps.NONE);
    }
}
