package dev.gleisner.adapters.signing;

import dev.gleisner.domain.verify.Policy;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.PolicyEngine;
import dev.gleisner.ports.PolicyEngineProvider;
import java.nio.file.Path;

/** The eight built-in rules, read strictly from a JSON file. */
public final class JsonPolicyEngineProvider implements PolicyEngineProvider {
    /** Does nothing; the service loader calls it. */
    public JsonPolicyEngineProvider() {}

    @Override
    public String name() {
        return "json";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        return new Availability.Ready(PolicyReader.RULES.size() + " rules in *.json");
    }

    @Override
    public boolean reads(Path policy) {
        return policy.toString().endsWith(".json");
    }

    @Override
    public PolicyEngine create(Path policy) throws GleisnerException {
        Policy rules = PolicyReader.read(policy);
        return rules::evaluate;
    }
}
