package dev.gleisner.ports.usecase;

import dev.gleisner.domain.record.RecordingRules;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.util.List;

/**
 * What {@link SpecResolver} made of a profile and a command line.
 *
 * @param spec the effective policy
 * @param recording what a record of the run may show
 * @param notes what a person should know about it, one sentence each: rules that had nothing to act on, layers that
 *     were switched off
 */
public record Resolution(SandboxSpec spec, RecordingRules recording, List<String> notes) {
    public Resolution {
        notes = List.copyOf(notes);
    }
}
