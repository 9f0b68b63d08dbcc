package dev.gleisner.ports.usecase;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Provider;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Chooses among providers; a pure function over the list that was found. */
public final class Choice {
    private Choice() {}

    /**
     * The providers by falling priority.
     *
     * @param kind what they provide, for the error
     * @throws GleisnerException.BadInput when two share a name or a priority: then the choice would depend on the order
     *     of the class path
     */
    public static <P extends Provider> List<P> ordered(String kind, List<P> found) throws GleisnerException {
        Map<String, P> names = new HashMap<>();
        Map<Integer, P> priorities = new HashMap<>();
        for (P provider : found) {
            P sameName = names.put(provider.name(), provider);
            if (sameName != null) {
                throw clash(kind, provider, sameName, "the name " + provider.name());
            }
            P samePriority = priorities.put(provider.priority(), provider);
            if (samePriority != null) {
                throw clash(kind, provider, samePriority, "the priority " + provider.priority());
            }
        }
        return found.stream()
                .sorted(Comparator.comparingInt(Provider::priority).reversed())
                .toList();
    }

    /**
     * The first that works here.
     *
     * @throws GleisnerException.HostLacks when none does, with each one's reason
     */
    public static <P extends Provider> P best(String kind, List<P> found) throws GleisnerException {
        StringBuilder reasons = new StringBuilder();
        for (P provider : ordered(kind, found)) {
            Availability availability = provider.probe();
            if (availability.ready()) {
                return provider;
            }
            reasons.append(reasons.isEmpty() ? "" : "; ")
                    .append(provider.name())
                    .append(": ")
                    .append(availability.summary());
        }
        throw new GleisnerException.HostLacks(
                "no " + kind + " works here",
                reasons.isEmpty() ? "none is installed" : reasons.toString(),
                "run `gleisner doctor` to see what each one needs");
    }

    /**
     * The same, but without a probe when there is no choice: for providers whose use tells as well what is missing as
     * their probe does, and costs less than both.
     *
     * @throws GleisnerException.HostLacks when there is none, or several and none works
     */
    public static <P extends Provider> P onlyOrBest(String kind, List<P> found) throws GleisnerException {
        return found.size() == 1 ? found.getFirst() : best(kind, found);
    }

    /**
     * The one of that name, if it works here.
     *
     * @throws GleisnerException.BadInput when there is none of that name
     * @throws GleisnerException.HostLacks when it does not work here
     */
    public static <P extends Provider> P named(String kind, List<P> found, String name) throws GleisnerException {
        for (P provider : ordered(kind, found)) {
            if (provider.name().equals(name)) {
                switch (provider.probe()) {
                    case Availability.Ready _ -> {
                        return provider;
                    }
                    case Availability.Missing(var what, var fix) ->
                        throw new GleisnerException.HostLacks(kind + " " + name, what, fix);
                    case Availability.Unknown(var why) ->
                        throw new GleisnerException.HostLacks(
                                kind + " " + name,
                                "could not be probed: " + why,
                                "run `gleisner doctor`, or choose another one");
                }
            }
        }
        throw new GleisnerException.BadInput(
                "unknown " + kind + " \"" + name + "\"",
                "there are " + found.stream().map(Provider::name).sorted().collect(Collectors.joining(", ")),
                "use one of these names");
    }

    private static GleisnerException clash(String kind, Provider one, Provider other, String what) {
        return new GleisnerException.BadInput(
                "two providers of a " + kind + " share " + what,
                one.getClass().getName() + " and " + other.getClass().getName(),
                "remove one of the two jars");
    }
}
