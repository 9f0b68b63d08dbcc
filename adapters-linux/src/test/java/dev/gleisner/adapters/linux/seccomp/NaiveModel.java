package dev.gleisner.adapters.linux.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says what a filter should say, straight from the tables: no ranges, no instructions, and none of the classes that
 * build the program but the policy and the verdict.
 */
final class NaiveModel {
    final Map<Integer, String> names = new HashMap<>();
    final Map<String, Long> constants = new HashMap<>();
    final Map<String, List<String>> denied = new HashMap<>();
    final List<List<String>> arguments = new ArrayList<>();
    final Map<String, String> nodejs = new HashMap<>();
    final Map<String, String> custom = new HashMap<>();

    NaiveModel() {
        rows("syscalls-x86_64.tsv").forEach(row -> names.put(Integer.valueOf(row.get(0)), row.get(1)));
        rows("constants.tsv").forEach(row -> constants.put(row.get(0), Long.decode(row.get(1))));
        rows("denied.tsv").forEach(row -> denied.put(row.get(0), row));
        arguments.addAll(rows("arguments.tsv"));
        rows("nodejs.tsv").forEach(row -> nodejs.put(row.get(0), row.get(1)));
        rows("custom.tsv").forEach(row -> custom.put(row.get(0), row.get(1)));
        constants.put("0", 0L);
    }

    static List<List<String>> rows(String file) {
        try (InputStream in = SeccompFilter.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> List.of(line.split("\t", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Verdict verdict(SeccompPolicy policy, int nr, int arch, long... args) {
        if (arch != 0xc000003e) {
            return new Verdict.Kill();
        }
        if (nr == -1) {
            return new Verdict.Refuse(38);
        }
        if ((nr & 0x40000000) != 0) {
            return new Verdict.Kill();
        }
        String name = names.get(nr);
        if (name == null) {
            return new Verdict.Refuse(38);
        }
        Verdict base = base(policy, name);
        if (!(base instanceof Verdict.Allow) && !(base instanceof Verdict.Log)) {
            return base;
        }
        for (List<String> rule : arguments) {
            boolean inForce = switch (rule.get(3)) {
                case "no-userns" -> !policy.allowUserNamespaces();
                case "no-network" -> !policy.networkAllowed();
                default -> true;
            };
            if (rule.get(0).equals(name) && inForce && holds(rule.get(1), args)) {
                if (rule.get(2).equals("ALLOW")) {
                    return base;
                }
                boolean kill = policy.action() == SeccompPolicy.Action.KILL
                        && rule.get(4).equals("kill");
                return kill ? new Verdict.Kill() : errno(rule.get(2));
            }
        }
        return base;
    }

    private Verdict base(SeccompPolicy policy, String name) {
        List<String> rule = denied.get(name);
        boolean namedByPolicy = policy.allowSyscalls().contains(name);
        if (rule != null) {
            String lift = rule.get(2);
            if ((lift.equals("named") && namedByPolicy) || (lift.equals("userns") && policy.allowUserNamespaces())) {
                return new Verdict.Allow();
            }
            return switch (policy.action()) {
                case ERRNO -> errno(rule.get(1));
                case LOG -> lift.equals("named") ? new Verdict.Log() : errno(rule.get(1));
                case KILL -> rule.get(3).equals("kill") ? new Verdict.Kill() : errno(rule.get(1));
            };
        }
        boolean listed = switch (policy.preset()) {
            case BASELINE -> true;
            case NODEJS -> nodejs.containsKey(name);
            case CUSTOM -> custom.containsKey(name);
            case DISABLED -> throw new AssertionError();
        };
        if (listed || namedByPolicy) {
            return new Verdict.Allow();
        }
        return switch (policy.action()) {
            case ERRNO -> new Verdict.Refuse(1);
            case LOG -> new Verdict.Log();
            case KILL -> new Verdict.Kill();
        };
    }

    static Verdict errno(String name) {
        return new Verdict.Refuse(
                switch (name) {
                    case "EPERM" -> 1;
                    case "ENOSYS" -> 38;
                    case "EPROTONOSUPPORT" -> 93;
                    case "ESOCKTNOSUPPORT" -> 94;
                    case "EAFNOSUPPORT" -> 97;
                    default -> throw new AssertionError(name);
                });
    }

    boolean holds(String condition, long... args) {
        if (condition.equals("any")) {
            return true;
        }
        for (String term : condition.split(" and ")) {
            List<String> words = List.of(term.split(" "));
            boolean high = words.getFirst().endsWith(".hi");
            long arg = args[words.getFirst().charAt(1) - '0'];
            long word = high ? arg >>> 32 : arg & 0xffffffffL;
            if (words.contains("&")) {
                word &= constants.get(words.get(2));
            }
            boolean equal = word == constants.get(words.getLast());
            if (equal != words.contains("==")) {
                return false;
            }
        }
        return true;
    }

    /** Six arguments each, chosen around the constants that the rules of a call compare with. */
    List<long[]> interestingArguments(String syscall) {
        List<Set<Long>> values = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            values.add(new TreeSet<>(Set.of(0L)));
        }
        for (List<String> rule : arguments) {
            if (!rule.get(0).equals(syscall) || rule.get(1).equals("any")) {
                continue;
            }
            for (String term : rule.get(1).split(" and ")) {
                List<String> words = List.of(term.split(" "));
                Set<Long> of = values.get(words.getFirst().charAt(1) - '0');
                of.addAll(List.of(1L, 5L, -1L, 0xdeadbeef_00000000L));
                for (String word : words) {
                    Long constant = constants.get(word);
                    if (constant != null) {
                        of.add(constant);
                        of.add(constant + 1);
                        of.add(constant | 0x80800L);
                        of.add(constant & -constant);
                        of.add(constant | 0xdeadbeef_00000000L);
                    }
                }
            }
        }
        List<long[]> all = new ArrayList<>(List.of(new long[6]));
        for (int i = 0; i < 6; i++) {
            List<long[]> longer = new ArrayList<>();
            for (long[] args : all) {
                for (long value : values.get(i)) {
                    long[] copy = args.clone();
                    copy[i] = value;
                    longer.add(copy);
                }
            }
            all = longer;
        }
        return all;
    }
}
