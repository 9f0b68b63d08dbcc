package dev.gleisner.cli;

import dev.gleisner.ports.EvidenceStoreProvider;
import dev.gleisner.ports.HostViewProvider;
import dev.gleisner.ports.PolicyEngineProvider;
import dev.gleisner.ports.ProfileSourceProvider;
import dev.gleisner.ports.ProjectReaderProvider;
import dev.gleisner.ports.Provider;
import dev.gleisner.ports.SandboxBackendProvider;
import dev.gleisner.ports.SensorProvider;
import dev.gleisner.ports.SignerProvider;
import dev.gleisner.ports.VerifierProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The only place that asks {@link ServiceLoader}. */
public final class Registry {
    /** Sandbox backends. */
    public List<SandboxBackendProvider> backends() {
        return list(ServiceLoader.load(SandboxBackendProvider.class));
    }

    /** Sensors. */
    public List<SensorProvider> sensors() {
        return list(ServiceLoader.load(SensorProvider.class));
    }

    /** Readers of project trees. */
    public List<ProjectReaderProvider> projectReaders() {
        return list(ServiceLoader.load(ProjectReaderProvider.class));
    }

    /** Stores of evidence. */
    public List<EvidenceStoreProvider> evidenceStores() {
        return list(ServiceLoader.load(EvidenceStoreProvider.class));
    }

    /** Sources of profiles. */
    public List<ProfileSourceProvider> profileSources() {
        return list(ServiceLoader.load(ProfileSourceProvider.class));
    }

    /** Views of the host. */
    public List<HostViewProvider> hostViews() {
        return list(ServiceLoader.load(HostViewProvider.class));
    }

    /** Signers. */
    public List<SignerProvider> signers() {
        return list(ServiceLoader.load(SignerProvider.class));
    }

    /** Verifiers. */
    public List<VerifierProvider> verifiers() {
        return list(ServiceLoader.load(VerifierProvider.class));
    }

    /** Policy engines. */
    public List<PolicyEngineProvider> policyEngines() {
        return list(ServiceLoader.load(PolicyEngineProvider.class));
    }

    /** Every provider of every kind, for {@code doctor}; the key is the kind in words. */
    public Map<String, List<? extends Provider>> all() {
        Map<String, List<? extends Provider>> all = new LinkedHashMap<>();
        all.put("sandbox backend", backends());
        all.put("sensor", sensors());
        all.put("project reader", projectReaders());
        all.put("evidence store", evidenceStores());
        all.put("profile source", profileSources());
        all.put("host view", hostViews());
        all.put("signer", signers());
        all.put("verifier", verifiers());
        all.put("policy engine", policyEngines());
        return all;
    }

    private static <P extends Provider> List<P> list(ServiceLoader<P> found) {
        List<P> providers = new ArrayList<>();
        for (P provider : found) {
            providers.add(provider);
        }
        return providers;
    }
}
