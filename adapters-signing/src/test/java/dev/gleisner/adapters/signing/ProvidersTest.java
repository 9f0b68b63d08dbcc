package dev.gleisner.adapters.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.ports.PolicyEngineProvider;
import dev.gleisner.ports.Provider;
import dev.gleisner.ports.SignerProvider;
import dev.gleisner.ports.VerifierProvider;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Our providers are found on the class path and on the module path alike. */
class ProvidersTest {
    private static final List<Class<? extends Provider>> KINDS =
            List.of(SignerProvider.class, VerifierProvider.class, PolicyEngineProvider.class);

    @Test
    void areFoundAndAnswerTheirProbe() {
        for (Class<? extends Provider> kind : KINDS) {
            assertThat(ServiceLoader.load(kind)).singleElement().satisfies(provider -> {
                assertThat(provider.name()).matches("[a-z-]+");
                assertThat(provider.priority()).isEqualTo(100);
                assertThat(provider.probe().summary()).isNotBlank();
            });
        }
    }

    @Test
    void areTheSameInTheModuleDescriptor() throws Exception {
        try (var in = Files.newInputStream(Path.of("target/classes/module-info.class"))) {
            assertThat(ModuleDescriptor.read(in).provides().stream()
                            .collect(Collectors.toMap(
                                    ModuleDescriptor.Provides::service, ModuleDescriptor.Provides::providers)))
                    .isEqualTo(KINDS.stream()
                            .collect(Collectors.toMap(
                                    Class::getName,
                                    kind -> ServiceLoader.load(kind).stream()
                                            .map(each -> each.type().getName())
                                            .toList())));
        }
    }
}
