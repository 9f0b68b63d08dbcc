package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.SensorProvider;
import java.util.Set;

/** The sensor that sees everything: programs in the kernel. Needs root, or CAP_BPF and CAP_PERFMON. */
public final class EbpfSensorProvider implements SensorProvider {
    /** Does nothing. */
    public EbpfSensorProvider() {}

    @Override
    public String name() {
        return EbpfSensor.NAME;
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Set<Sight> sees() {
        return EbpfSensor.SIGHTS;
    }

    @Override
    public Availability probe() {
        return EbpfProbe.probe();
    }

    /** {@code option} is empty, or {@code ring:} and a size such as {@code 64M}. */
    @Override
    public Sensor create(String option) throws GleisnerException {
        return new EbpfSensor(RingSize.parse(option));
    }
}
