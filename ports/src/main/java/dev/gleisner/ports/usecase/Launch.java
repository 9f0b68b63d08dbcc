package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one command line asks for, beside the profile. Paths are as typed: absolute, or relative to the working
 * directory, or starting with {@code ~/}.
 *
 * @param argv the command as typed; never empty
 * @param workingDirectory where the command starts
 * @param project the directory that the run is about; empty for the working directory
 * @param readonly further paths to show, {@code HOST} or {@code HOST:INSIDE}
 * @param readwrite further writable paths, {@code HOST} or {@code HOST:INSIDE}
 * @param allowNetwork whether the host's network is shared whatever the profile says
 * @param allowDomains further names to let through
 * @param environment further variables, {@code NAME} to pass one on or {@code NAME=VALUE}
 * @param layers requirements that replace the profile's
 * @param outOfReach directories that may never be visible inside: evidence and keys
 */
public record Launch(
        List<String> argv,
        String workingDirectory,
        Optional<String> project,
        List<String> readonly,
        List<String> readwrite,
        boolean allowNetwork,
        List<String> allowDomains,
        List<String> environment,
        Map<Layer, Requirement> layers,
        List<String> outOfReach) {
    public Launch {
        argv = List.copyOf(argv);
        readonly = List.copyOf(readonly);
        readwrite = List.copyOf(readwrite);
        allowDomains = List.copyOf(allowDomains);
        environment = List.copyOf(environment);
        layers = Map.copyOf(layers);
        outOfReach = List.copyOf(outOfReach);
    }
}
