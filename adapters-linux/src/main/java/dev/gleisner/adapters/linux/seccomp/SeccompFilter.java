package dev.gleisner.adapters.linux.seccomp;

import dev.gleisner.adapters.linux.seccomp.Assembler.Label;
import dev.gleisner.adapters.linux.seccomp.Rules.ArgumentRule;
import dev.gleisner.adapters.linux.seccomp.Rules.Denied;
import dev.gleisner.adapters.linux.seccomp.Rules.Lift;
import dev.gleisner.adapters.linux.seccomp.Rules.Term;
import dev.gleisner.adapters.linux.seccomp.SeccompException.Problem;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Action;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Preset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Turns a policy into a program.
 *
 * <p>Layout: the architecture, then -1, then the x32 bit, then a binary search over ranges of numbers with the same
 * verdict; the leaf of a call with argument rules holds them. Calls allowed whatever their arguments cost next to
 * nothing: since Linux 5.11 the kernel works out beforehand which those are and does not run the program for them.
 */
public final class SeccompFilter {
    /**
     * What a policy makes of one call.
     *
     * @param syscall its name
     * @param nr its number
     * @param verdict what happens where no argument rule says otherwise
     * @param reason why
     * @param argumentRules the argument rules in force, in order: condition, verdict and reason
     */
    public record Explanation(String syscall, int nr, Verdict verdict, String reason, List<String> argumentRules) {
        public Explanation {
            argumentRules = List.copyOf(argumentRules);
        }
    }

    /** What stands at the end of the search for one number. */
    private sealed interface Leaf {
        record Plain(Verdict verdict) implements Leaf {}

        record Filtered(String syscall, List<ArgumentRule> rules, Verdict otherwise) implements Leaf {}
    }

    /** Numbers from {@code first} up to the next range's first; compared unsigned, the last one has no end. */
    private record Range(int first, int last, Leaf leaf) {}

    /** A plain verdict, and why. */
    private record Decision(Verdict verdict, String reason) {}

    private static final SyscallTable TABLE = SyscallTable.x86_64();
    private static final Rules RULES = Rules.all();
    /** Of what A holds, else offset and mask of a word: it differs between the ways to this point. */
    private static final long UNSURE = -1;
    /** Of what A holds: no jump leads to this point. */
    private static final long NEVER_REACHED = -2;

    private static final Verdict NO_SUCH_CALL = Errno.ENOSYS.verdict();

    private final SeccompPolicy policy;
    private final Set<String> named;
    private final Assembler assembler = new Assembler();

    private SeccompFilter(SeccompPolicy policy) throws SeccompException {
        this.policy = policy;
        this.named = new HashSet<>(policy.allowSyscalls());
        List<Problem> problems = problems(policy);
        if (!problems.isEmpty()) {
            throw new SeccompException(problems);
        }
    }

    /**
     * Builds the program of a policy; nothing for {@link Preset#DISABLED}, where there is nothing to load.
     *
     * @throws SeccompException if the policy names calls that do not exist or that no policy may allow
     */
    public static Optional<SeccompProgram> build(SeccompPolicy policy) throws SeccompException {
        SeccompFilter filter = new SeccompFilter(policy);
        return policy.preset() == Preset.DISABLED
                ? Optional.empty()
                : Optional.of(new SeccompProgram(filter.assemble()));
    }

    /**
     * Tells what a policy makes of one call, and why.
     *
     * @throws SeccompException if the policy is wrong, or there is no call of this name
     */
    public static Explanation explain(SeccompPolicy policy, String syscall) throws SeccompException {
        SeccompFilter filter = new SeccompFilter(policy);
        Optional<Integer> nr = TABLE.number(syscall);
        if (nr.isEmpty()) {
            throw new SeccompException(List.of(unknown(syscall)));
        }
        if (policy.preset() == Preset.DISABLED) {
            return new Explanation(syscall, nr.get(), new Verdict.Allow(), "there is no filter", List.of());
        }
        Decision decision = filter.decide(syscall);
        List<String> rules = switch (filter.leaf(nr.get())) {
            case Leaf.Plain _ -> List.of();
            case Leaf.Filtered filtered ->
                filtered.rules().stream()
                        .map(rule -> rule.condition() + ": "
                                + filter.effective(rule, filtered.otherwise()).text() + ", " + rule.reason())
                        .toList();
        };
        return new Explanation(syscall, nr.get(), decision.verdict(), decision.reason(), rules);
    }

    // ---- what the policy may say ----

    private static List<Problem> problems(SeccompPolicy policy) {
        List<Problem> problems = new ArrayList<>();
        if (policy.preset() == Preset.DISABLED && !policy.allowSyscalls().isEmpty()) {
            problems.add(new Problem(
                    "the seccomp preset is disabled, so there is nothing to allow " + policy.allowSyscalls() + " in",
                    "remove the list of allowed calls, or choose the preset baseline, nodejs or custom"));
        }
        if (policy.preset() == Preset.CUSTOM && policy.allowSyscalls().isEmpty()) {
            problems.add(new Problem(
                    "the seccomp preset custom allows no call, so no program could run",
                    "name the calls to allow, or choose the preset baseline or nodejs"));
        }
        for (String name : new LinkedHashSet<>(policy.allowSyscalls())) {
            Denied denied = RULES.denied().get(name);
            if (TABLE.number(name).isEmpty()) {
                problems.add(unknown(name));
            } else if (denied != null && denied.lift() == Lift.NEVER) {
                problems.add(new Problem(
                        name + " cannot be allowed: " + denied.reason(), "remove " + name + " from the allowed calls"));
            } else if (denied != null && denied.lift() == Lift.USERNS && !policy.allowUserNamespaces()) {
                problems.add(new Problem(
                        name + " cannot be allowed by itself: " + denied.reason(),
                        "remove " + name + " from the allowed calls, or allow user namespaces, which brings it along"));
            }
        }
        return problems;
    }

    private static Problem unknown(String name) {
        return new Problem(
                "there is no system call \"" + name + "\"",
                TABLE.nearest(name)
                        .map(near -> "did you mean \"" + near + "\"?")
                        .orElse("use the kernel's name of the call, as strace prints it"));
    }

    // ---- from names to verdicts ----

    private Decision decide(String syscall) {
        Denied denied = RULES.denied().get(syscall);
        if (denied != null) {
            boolean lifted = switch (denied.lift()) {
                case NEVER -> false;
                case NAMED -> named.contains(syscall);
                case USERNS -> policy.allowUserNamespaces();
            };
            if (lifted) {
                return new Decision(
                        new Verdict.Allow(),
                        denied.lift() == Lift.NAMED ? "the policy names it" : "the policy allows user namespaces");
            }
            boolean learnable = denied.lift() == Lift.NAMED;
            Verdict verdict = switch (policy.action()) {
                case ERRNO -> denied.errno().verdict();
                case LOG -> learnable ? new Verdict.Log() : denied.errno().verdict();
                case KILL ->
                    denied.kills() ? new Verdict.Kill() : denied.errno().verdict();
            };
            return new Decision(verdict, denied.reason());
        }
        if (named.contains(syscall)) {
            return new Decision(new Verdict.Allow(), "the policy names it");
        }
        String reason = switch (policy.preset()) {
            case BASELINE -> "nothing speaks against it";
            case NODEJS -> RULES.nodejs().get(syscall);
            case CUSTOM -> RULES.custom().get(syscall);
            case DISABLED -> throw new AssertionError("a disabled filter decides nothing");
        };
        return reason == null
                ? new Decision(
                        miss(), "the preset " + policy.preset().name().toLowerCase(Locale.ROOT) + " does not list it")
                : new Decision(new Verdict.Allow(), reason);
    }

    private Verdict miss() {
        return switch (policy.action()) {
            case ERRNO -> Errno.EPERM.verdict();
            case LOG -> new Verdict.Log();
            case KILL -> new Verdict.Kill();
        };
    }

    private Leaf leaf(int nr) {
        Optional<String> name = TABLE.name(nr);
        if (name.isEmpty()) {
            return new Leaf.Plain(NO_SUCH_CALL);
        }
        Verdict verdict = decide(name.get()).verdict();
        boolean reachesKernel = switch (verdict) {
            case Verdict.Allow _, Verdict.Log _ -> true; // what is merely logged needs its rules no less
            case Verdict.Refuse _, Verdict.Kill _, Verdict.Notify _ -> false;
        };
        List<ArgumentRule> rules = RULES.arguments().getOrDefault(name.get(), List.of()).stream()
                .filter(rule -> rule.when().holdsFor(policy))
                .toList();
        return reachesKernel && !rules.isEmpty()
                ? new Leaf.Filtered(name.get(), rules, verdict)
                : new Leaf.Plain(verdict);
    }

    /** What a matching rule returns: an ALLOW allows no more than its call is allowed. */
    private Verdict effective(ArgumentRule rule, Verdict otherwise) {
        return switch (rule.verdict()) {
            case Verdict.Allow _ -> otherwise;
            case Verdict.Refuse refuse -> policy.action() == Action.KILL && rule.kills() ? new Verdict.Kill() : refuse;
            case Verdict.Log _, Verdict.Kill _, Verdict.Notify _ ->
                throw new AssertionError("Rules reads ALLOW and errnos only");
        };
    }

    private List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        int end = TABLE.last() + 1; // stands for all numbers above the table
        for (int nr = 0; nr <= end; nr++) {
            Leaf leaf = leaf(nr);
            if (!ranges.isEmpty() && ranges.getLast().leaf().equals(leaf)) {
                ranges.set(ranges.size() - 1, new Range(ranges.getLast().first(), nr, leaf));
            } else {
                ranges.add(new Range(nr, nr, leaf));
            }
        }
        return ranges;
    }

    // ---- from verdicts to instructions ----

    private Assembler.Result assemble() {
        Label rightArch = assembler.label();
        Label wrongAbi = assembler.label();
        Label notSkipped = assembler.label();
        Label noCall = assembler.label();
        Label search = assembler.label();

        assembler.load(Bpf.OFFSET_ARCH, "");
        assembler.branch(Bpf.JUMP_EQ, Bpf.ARCH_X86_64, rightArch, wrongAbi, "AUDIT_ARCH_X86_64");
        assembler.place(rightArch);
        assembler.load(Bpf.OFFSET_NR, "");
        assembler.branch(
                Bpf.JUMP_EQ, -1, noCall, notSkipped, "-1: what a tracer sets to skip a call; it has the x32 bit too");
        assembler.place(notSkipped);
        assembler.branch(Bpf.JUMP_SET, Bpf.X32_BIT, wrongAbi, search, "the x32 bit");
        assembler.place(wrongAbi);
        assembler.ret(new Verdict.Kill(), "another ABI numbers its calls otherwise; none of our programs uses one");
        assembler.place(noCall);
        assembler.ret(NO_SUCH_CALL, "");
        assembler.place(search);
        search(ranges());
        return assembler.assemble();
    }

    /** Emits the search over these ranges; A holds the number. */
    private void search(List<Range> ranges) {
        if (ranges.size() == 1) {
            emit(ranges.getFirst());
            return;
        }
        int middle = ranges.size() / 2;
        Label below = assembler.label();
        Label above = assembler.label();
        int first = ranges.get(middle).first();
        assembler.branch(Bpf.JUMP_GE, first, above, below, TABLE.name(first).orElse("no call"));
        assembler.place(below);
        search(ranges.subList(0, middle));
        assembler.place(above);
        search(ranges.subList(middle, ranges.size()));
    }

    private void emit(Range range) {
        switch (range.leaf()) {
            case Leaf.Plain(Verdict verdict) -> assembler.ret(verdict, namesIn(range));
            case Leaf.Filtered(String syscall, List<ArgumentRule> rules, Verdict otherwise) ->
                emitRules(syscall, rules, otherwise);
        }
    }

    private void emitRules(String syscall, List<ArgumentRule> rules, Verdict otherwise) {
        long loaded = UNSURE; // what A holds, whichever way this point was reached
        for (ArgumentRule rule : rules) {
            Label next = assembler.label();
            long loadedAtNext = NEVER_REACHED;
            for (Term term : rule.terms()) {
                boolean bitTest = term.value() == 0 && term.mask() != -1;
                int mask = bitTest ? -1 : term.mask();
                long wanted = (long) term.offset() << 32 | Integer.toUnsignedLong(mask);
                if (loaded != wanted) {
                    assembler.load(term.offset(), syscall);
                    if (mask != -1) {
                        assembler.and(mask);
                    }
                    loaded = wanted;
                }
                Label holds = assembler.label();
                boolean yesHolds = term.equal() != bitTest;
                assembler.branch(
                        bitTest ? Bpf.JUMP_SET : Bpf.JUMP_EQ,
                        bitTest ? term.mask() : term.value(),
                        yesHolds ? holds : next,
                        yesHolds ? next : holds,
                        "");
                loadedAtNext = loadedAtNext == NEVER_REACHED || loadedAtNext == loaded ? loaded : UNSURE;
                assembler.place(holds);
            }
            assembler.ret(effective(rule, otherwise), rule.condition() + ": " + rule.reason());
            if (loadedAtNext == NEVER_REACHED) {
                return; // a rule without terms always matches, so nothing below it is reached
            }
            assembler.place(next);
            loaded = loadedAtNext;
        }
        assembler.ret(otherwise, syscall + " otherwise");
    }

    /** Names of the calls in a range: all of them if refused, the ends if there are many allowed. */
    private static String namesIn(Range range) {
        if (TABLE.name(range.first()).isEmpty()) {
            return range.last() > TABLE.last() ? "later kernels" : "never given out";
        }
        List<String> names = IntStream.rangeClosed(range.first(), range.last())
                .mapToObj(TABLE::name)
                .flatMap(Optional::stream)
                .collect(Collectors.toList());
        boolean all = names.size() <= 16 || !range.leaf().equals(new Leaf.Plain(new Verdict.Allow()));
        return all ? String.join(" ", names) : names.getFirst() + " to " + names.getLast() + " (" + names.size() + ")";
    }
}
