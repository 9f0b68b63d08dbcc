package dev.gleisner.adapters.linux.seccomp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs for starting commands: the build's own where the policy is a plain preset, else made now. */
public final class SeccompPrograms {
    private SeccompPrograms() {}

    /**
     * The program of a policy, the same instructions as {@link SeccompFilter#build} makes; those that the build made
     * have no comments.
     *
     * @return nothing for {@link SeccompPolicy.Preset#DISABLED}
     * @throws SeccompException if the policy names calls that do not exist or that no policy may allow
     */
    public static Optional<SeccompProgram> of(SeccompPolicy policy) throws SeccompException {
        Optional<SeccompProgram> compiled = compiled(policy);
        return compiled.isPresent() ? compiled : SeccompFilter.build(policy);
    }

    /** What the build made for this policy, if it did. */
    static Optional<SeccompProgram> compiled(SeccompPolicy policy) {
        if (!policy.isPlain()) {
            return Optional.empty();
        }
        String code = CompiledPrograms.of(policy.key());
        if (code.isEmpty()) {
            return Optional.empty();
        }
        List<Instruction> instructions = Assembler.decode(code.getBytes(StandardCharsets.ISO_8859_1));
        Assembler.check(instructions);
        return Optional.of(new SeccompProgram(new Assembler.Result(instructions, Map.of())));
    }
}
