package dev.gleisner.ports;

import dev.gleisner.domain.verify.Check;
import dev.gleisner.domain.verify.PolicyInput;
import java.util.List;

/** A policy that was read. */
@FunctionalInterface
public interface PolicyEngine {
    /** The answer to each of its rules. */
    List<Check> evaluate(PolicyInput input);
}
