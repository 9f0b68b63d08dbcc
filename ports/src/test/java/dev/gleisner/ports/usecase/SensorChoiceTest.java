package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.SensorProvider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SensorChoiceTest {
    private static final Set<Sight> ALL = EnumSet.allOf(Sight.class);
    private static final Availability READY = new Availability.Ready("fine");
    private static final Availability MISSING = new Availability.Missing("no such thing", "install it");

    private final List<String> made = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();

    private final SensorProvider kernel = new Invented("kernel", 100, ALL, READY);
    private final SensorProvider brokenKernel = new Invented("kernel", 100, ALL, MISSING);
    private final SensorProvider traps =
            new Invented("traps", 80, Set.of(Sight.PROCESSES, Sight.CHANGES, Sight.NETWORK), READY);
    private final SensorProvider tree = new Invented("tree", 40, Set.of(Sight.READS, Sight.CHANGES), READY);
    private final SensorProvider writes = new Invented("writes", 20, Set.of(Sight.CHANGES), READY);

    @Test
    void autoTakesTheOneThatSeesEverything() throws Exception {
        assertThat(SensorChoice.of("auto", List.of(tree, writes, kernel, traps)))
                .hasSize(1);
        assertThat(made).containsExactly("kernel");
    }

    @Test
    void autoAddsWhoSeesWhatTheOthersDoNot() throws Exception {
        assertThat(SensorChoice.of("auto", List.of(writes, tree, brokenKernel, traps)))
                .hasSize(2);
        assertThat(made).containsExactly("traps", "tree");
    }

    @Test
    void autoTakesNothingWhereNothingWorks() throws Exception {
        assertThat(SensorChoice.of("auto", List.of(brokenKernel))).isEmpty();
    }

    @Test
    void whatAutoTakesIsToldWithoutMakingAnything() throws Exception {
        List<SensorProvider> found = List.of(writes, tree, kernel, traps);
        assertThat(SensorChoice.automatic(found, each -> !each.name().equals("kernel")))
                .containsExactly(traps, tree);
        assertThat(SensorChoice.automatic(found, _ -> true)).containsExactly(kernel);
        assertThat(SensorChoice.automatic(found, _ -> false)).isEmpty();
        assertThat(made).isEmpty();
    }

    @Test
    void noneTakesNothing() throws Exception {
        assertThat(SensorChoice.of("none", List.of(kernel))).isEmpty();
        assertThat(made).isEmpty();
    }

    @Test
    void namesAreTakenInTheirOrderWithTheirOptions() throws Exception {
        assertThat(SensorChoice.of("tree,traps=full", List.of(kernel, tree, traps)))
                .hasSize(2);
        assertThat(made).containsExactly("tree", "traps=full");
    }

    @Test
    void whatIsNamedHasToWork() {
        assertThatThrownBy(() -> SensorChoice.of("tree,kernel", List.of(brokenKernel, tree)))
                .isInstanceOf(GleisnerException.HostLacks.class)
                .hasMessageContaining("no such thing");
        assertThat(closed).containsExactly("tree");
    }

    @Test
    void nonsenseIsRefused() {
        for (String choice : List.of("", "tree,", "auto,tree", "none,tree", "tree,tree", "unknown", "=full")) {
            assertThatThrownBy(() -> SensorChoice.of(choice, List.of(tree)))
                    .as(choice)
                    .isInstanceOf(GleisnerException.BadInput.class);
        }
    }

    /** Says when it is made and when it is closed. */
    private final class Invented implements SensorProvider {
        private final String name;
        private final int priority;
        private final Set<Sight> sees;
        private final Availability availability;

        Invented(String name, int priority, Set<Sight> sees, Availability availability) {
            this.name = name;
            this.priority = priority;
            this.sees = sees;
            this.availability = availability;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int priority() {
            return priority;
        }

        @Override
        public Availability probe() {
            return availability;
        }

        @Override
        public Set<Sight> sees() {
            return sees;
        }

        @Override
        public Sensor create(String option) {
            made.add(option.isEmpty() ? name : name + "=" + option);
            return new Sensor() {
                @Override
                public Set<Sight> sees() {
                    return sees;
                }

                @Override
                public void attach(Target target, EventConsumer consumer) {
                    throw new AssertionError("nobody attaches it here");
                }

                @Override
                public SensorReport finish() {
                    throw new AssertionError("nobody attaches it here");
                }

                @Override
                public void close() {
                    closed.add(name);
                }
            };
        }
    }
}
