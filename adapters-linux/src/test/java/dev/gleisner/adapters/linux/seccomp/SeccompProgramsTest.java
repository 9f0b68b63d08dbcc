package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Action;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Preset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeccompProgramsTest {
    @ParameterizedTest
    @EnumSource(Action.class)
    void whatTheBuildMadeIsWhatTheGeneratorMakes(Action action) throws SeccompException {
        for (Preset preset : ProgramCompiler.PRESETS) {
            SeccompPolicy policy = SeccompPolicy.of(preset, action);
            Optional<SeccompProgram> compiled = SeccompPrograms.compiled(policy);
            assertThat(compiled).as("%s %s", preset, action).isPresent();
            assertThat(compiled.get().bytes())
                    .isEqualTo(SeccompFilter.build(policy).orElseThrow().bytes());
        }
    }

    @Test
    void anyOtherPolicyIsGenerated() throws SeccompException {
        List<SeccompPolicy> others = List.of(
                new SeccompPolicy(Preset.NODEJS, Action.ERRNO, List.of("personality"), false, true),
                new SeccompPolicy(Preset.NODEJS, Action.ERRNO, List.of(), true, true),
                new SeccompPolicy(Preset.NODEJS, Action.ERRNO, List.of(), false, false),
                new SeccompPolicy(Preset.CUSTOM, Action.KILL, List.of("read"), false, true),
                SeccompPolicy.of(Preset.DISABLED, Action.ERRNO));
        for (SeccompPolicy policy : others) {
            assertThat(SeccompPrograms.compiled(policy)).as("%s", policy).isEmpty();
            assertThat(SeccompPrograms.of(policy).map(SeccompProgram::bytes))
                    .usingRecursiveComparison()
                    .isEqualTo(SeccompFilter.build(policy).map(SeccompProgram::bytes));
        }
    }
}
