package dev.gleisner.cli.attack;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test of an attack that must fail; it runs once for every user that the tests can be. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Tag("kernel")
@ParameterizedTest(name = "{0}")
@MethodSource("dev.gleisner.cli.fixture.Who#all")
@interface Attack {
    /** The attack's id in {@code attacks.tsv}; the method's name starts with it. */
    String value();
}
