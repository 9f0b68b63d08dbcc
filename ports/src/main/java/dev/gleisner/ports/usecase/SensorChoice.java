package dev.gleisner.ports.usecase;

import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.SensorProvider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Chooses the sensors of a session: a pure function over the providers that were found, and over what they say. */
public final class SensorChoice {
    /** The choice when none is made. */
    public static final String AUTO = "auto";

    private static final String NONE = "none";
    private static final String KIND = "sensor";
    private static final String HOW =
            "write auto, none, or names with commas between them, such as `ebpf` or `notify=full,inotify`";

    private SensorChoice() {}

    /**
     * The sensors for that choice, not attached yet.
     *
     * @param choice {@code auto}: by falling priority, each that works here and sees what those before it do not;
     *     {@code none}; or names with commas between them, each with an option behind {@code =} if wanted
     * @param found every provider
     * @throws GleisnerException.BadInput when the choice is none of these, or names a sensor or option that is not there
     * @throws GleisnerException.HostLacks when a sensor that is named does not work here
     */
    public static List<Sensor> of(String choice, List<SensorProvider> found) throws GleisnerException {
        if (choice.equals(NONE)) {
            return List.of();
        }
        List<Sensor> sensors = new ArrayList<>();
        try {
            if (choice.equals(AUTO)) {
                for (SensorProvider provider :
                        automatic(found, each -> each.probe().ready())) {
                    sensors.add(provider.create(""));
                }
            } else {
                named(choice, found, sensors);
            }
            return sensors;
        } catch (GleisnerException | RuntimeException | Error e) {
            sensors.forEach(Sensor::close);
            throw e;
        }
    }

    /**
     * The providers whose sensors {@code auto} takes, in their order: by falling priority, each that works here and sees
     * what those before it do not.
     *
     * @param found every provider
     * @param ready whether one works here
     * @throws GleisnerException.BadInput when two providers share a name or a priority
     */
    public static List<SensorProvider> automatic(List<SensorProvider> found, Predicate<SensorProvider> ready)
            throws GleisnerException {
        List<SensorProvider> taken = new ArrayList<>();
        Set<Sight> seen = EnumSet.noneOf(Sight.class);
        for (SensorProvider provider : Choice.ordered(KIND, found)) {
            if (!seen.containsAll(provider.sees()) && ready.test(provider)) {
                taken.add(provider);
                seen.addAll(provider.sees());
            }
        }
        return taken;
    }

    private static void named(String choice, List<SensorProvider> found, List<Sensor> into) throws GleisnerException {
        Set<String> names = new HashSet<>();
        for (String each : choice.split(",", -1)) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            if (name.isEmpty() || name.equals(AUTO) || name.equals(NONE)) {
                throw new GleisnerException.BadInput(
                        "--sensor " + choice,
                        name.isEmpty() ? "a name is empty" : "`" + name + "` stands for itself, not beside others",
                        HOW);
            }
            if (!names.add(name)) {
                throw new GleisnerException.BadInput("--sensor " + choice, name + " is there twice", HOW);
            }
            into.add(Choice.named(KIND, found, name).create(equals < 0 ? "" : each.substring(equals + 1)));
        }
    }
}
