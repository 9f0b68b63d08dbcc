package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.profile.Layer;
import java.util.List;
import java.util.Optional;

/**
 * What is in force, as measured, not as intended.
 *
 * @param backend the backend's name
 * @param confined whether this backend confines at all; false for {@code none}
 * @param layers one report for each {@link Layer}
 * @param probes what was tried inside before the release
 */
public record EnforcementReport(String backend, boolean confined, List<LayerReport> layers, List<ProbeReport> probes) {
    public EnforcementReport {
        layers = List.copyOf(layers);
        probes = List.copyOf(probes);
    }

    /** The report on that layer. */
    public Optional<LayerReport> layer(Layer layer) {
        return layers.stream().filter(each -> each.layer() == layer).findFirst();
    }

    /** Its form in the statement. */
    public Json toJson() {
        return Json.object()
                .put("backend", backend)
                .put("confined", confined)
                .put("layers", Json.array(layers, LayerReport::toJson))
                .put("probes", Json.array(probes, ProbeReport::toJson))
                .build();
    }
}
