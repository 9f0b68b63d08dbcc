package dev.gleisner.ports.usecase;

import dev.gleisner.domain.sandbox.SandboxSpec;
import java.util.List;

/**
 * What {@link SpecResolver} made of a profile and a command line.
 *
 * @param spec the effective policy
 * @param notes what a person should know about it, one sentence each: rules that had nothing to act on, layers that
 *     were switched off
 */
public record Resolution(SandboxSpec spec, List<String> notes) {
    public Resolution {
        notes = List.copyOf(notes);
    }
}
