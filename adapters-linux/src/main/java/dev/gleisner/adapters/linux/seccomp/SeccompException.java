package dev.gleisner.adapters.linux.seccomp;

import java.util.List;

/** A policy that cannot be turned into a filter; tells all its mistakes at once. */
public final class SeccompException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * One mistake.
     *
     * @param what what is wrong, with the name in question
     * @param fix what to do about it
     */
    public record Problem(String what, String fix) {}

    private final transient List<Problem> problems;

    SeccompException(List<Problem> problems) {
        super(String.join("; ", problems.stream().map(Problem::what).toList()));
        this.problems = List.copyOf(problems);
    }

    /** Returns the mistakes in the order of the policy; never empty. */
    public List<Problem> problems() {
        return problems;
    }

    /** Returns all fixes, one a line. */
    public String fix() {
        return String.join("\n", problems.stream().map(Problem::fix).distinct().toList());
    }
}
