package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Provider;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    private record Named(String name, int priority, Availability probe) implements Provider {}

    private static final Availability READY = new Availability.Ready("fine");
    private static final Availability MISSING = new Availability.Missing("no such thing", "install it");
    private static final Availability UNKNOWN = new Availability.Unknown("it hung");

    @Test
    void theHighestThatWorksIsTaken() throws Exception {
        List<Named> found =
                List.of(new Named("low", 1, READY), new Named("top", 9, MISSING), new Named("middle", 5, READY));
        assertThat(Choice.best("thing", found).name()).isEqualTo("middle");
        assertThat(Choice.ordered("thing", found)).extracting(Named::name).containsExactly("top", "middle", "low");
    }

    @Test
    void whenNoneWorksEachOnesReasonIsTold() {
        List<Named> found = List.of(new Named("a", 1, MISSING), new Named("b", 2, UNKNOWN));
        assertThatThrownBy(() -> Choice.best("thing", found))
                .isInstanceOf(GleisnerException.HostLacks.class)
                .hasMessageContaining("b: could not be probed: it hung; a: no such thing; install it");
        assertThatThrownBy(() -> Choice.best("thing", List.<Named>of())).hasMessageContaining("none is installed");
    }

    @Test
    void anUnknownProbeIsNotReady() {
        assertThatThrownBy(() -> Choice.named("thing", List.of(new Named("a", 1, UNKNOWN)), "a"))
                .isInstanceOf(GleisnerException.HostLacks.class)
                .hasMessageContaining("it hung");
    }

    @Test
    void aNameThatIsNotThereListsTheNames() {
        assertThatThrownBy(
                        () -> Choice.named("thing", List.of(new Named("b", 1, READY), new Named("a", 2, READY)), "c"))
                .isInstanceOf(GleisnerException.BadInput.class)
                .hasMessageContaining("there are a, b");
    }

    @Test
    void sharedNamesAndPrioritiesAreRefused() {
        assertThatThrownBy(() -> Choice.ordered("thing", List.of(new Named("a", 1, READY), new Named("a", 2, READY))))
                .isInstanceOf(GleisnerException.BadInput.class)
                .hasMessageContaining("share the name a");
        assertThatThrownBy(() -> Choice.ordered("thing", List.of(new Named("a", 1, READY), new Named("b", 1, READY))))
                .isInstanceOf(GleisnerException.BadInput.class)
                .hasMessageContaining("share the priority 1");
    }

    @Test
    void anOnlyProviderIsNotProbedAndSeveralAre() throws Exception {
        Named only = new Named("only", 1, MISSING);
        assertThat(Choice.onlyOrBest("thing", List.of(only))).isSameAs(only);
        assertThat(Choice.onlyOrBest("thing", List.of(only, new Named("other", 0, READY)))
                        .name())
                .isEqualTo("other");
    }
}
