package dev.gleisner.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The layers of the architecture, and a few habits that only help when nobody breaks them. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.gleisner");

    /** A rule over no classes passes; so does one whose importer cannot read this Java's class files. */
    @Test
    void allClassesAreSeen() {
        Map<String, Integer> least = Map.of(
                "dev.gleisner.domain", 40,
                "dev.gleisner.ports", 50,
                "dev.gleisner.adapters.linux", 80,
                "dev.gleisner.adapters.audit", 15,
                "dev.gleisner.adapters.signing", 20,
                "dev.gleisner.profiles", 10,
                "dev.gleisner.cli", 25,
                "dev.gleisner.bindings", 25);
        least.forEach((name, count) -> assertThat(CLASSES.stream()
                        .filter(type -> (type.getPackageName() + ".").startsWith(name + "."))
                        .count())
                .as("classes of %s", name)
                .isGreaterThanOrEqualTo(count));
    }

    @Test
    void layersAreKept() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("domain")
                .definedBy("dev.gleisner.domain..")
                .layer("ports")
                .definedBy("dev.gleisner.ports..")
                .layer("bindings")
                .definedBy("dev.gleisner.bindings..")
                .layer("linux")
                .definedBy("dev.gleisner.adapters.linux..")
                .layer("audit")
                .definedBy("dev.gleisner.adapters.audit..")
                .layer("signing")
                .definedBy("dev.gleisner.adapters.signing..")
                .layer("profiles")
                .definedBy("dev.gleisner.profiles..")
                .layer("cli")
                .definedBy("dev.gleisner.cli..")
                .whereLayer("domain")
                .mayNotAccessAnyLayer()
                .whereLayer("bindings")
                .mayNotAccessAnyLayer()
                .whereLayer("ports")
                .mayOnlyAccessLayers("domain")
                // The one edge between adapters: audit makes its system calls through the door in adapters.linux.sys.
                .whereLayer("linux")
                .mayOnlyBeAccessedByLayers("audit")
                .whereLayer("audit")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("signing")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("profiles")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("bindings")
                .mayOnlyBeAccessedByLayers("linux", "audit")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.gleisner.adapters.audit..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.gleisner.adapters.linux..")
                        .and(resideOutsideOfPackage("dev.gleisner.adapters.linux.sys..")))
                .because("only the door to the kernel is shared")
                .check(CLASSES);
    }

    @Test
    void domainNeedsJavaBaseOnly() {
        classes()
                .that()
                .resideInAPackage("dev.gleisner.domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.gleisner.domain..",
                        "java.lang..",
                        "java.util..",
                        "java.io..",
                        "java.math..",
                        "java.nio..",
                        "java.security..",
                        "java.text..",
                        "java.time..",
                        "org.jspecify.annotations..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.gleisner.domain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.lang.foreign..", "java.util.logging..")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .because("time, environment and files come in through ports")
                .check(CLASSES);
    }

    @Test
    void packagesOfTheLinuxAdapterHaveNoCycles() {
        slices().matching("dev.gleisner.adapters.linux.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void servicesAreLoadedInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.gleisner.cli.Registry")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ServiceLoader.class)
                .check(CLASSES);
    }

    @Test
    void onlyMainTouchesTheStandardStreamsAndExits() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.gleisner.cli.Main")
                .and()
                // The program that makes the start-up cache when an image is built; it is a main of its own.
                .doNotHaveFullyQualifiedName("dev.gleisner.cli.Training")
                .and()
                .resideOutsideOfPackage("dev.gleisner.bindings..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "in")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(CLASSES);
    }

    @Test
    void implementationsOfAdaptersAreNotPublicExceptProviders() {
        // adapters.linux is split in packages of one concern each: what its own packages share is public in a module
        // that exports none of them but sys, and that to one reader; see the golden module descriptors.
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.gleisner.adapters.linux",
                        "dev.gleisner.adapters.audit..",
                        "dev.gleisner.adapters.signing..",
                        "dev.gleisner.profiles..")
                .and()
                .areTopLevelClasses()
                .and()
                // Shared by the packages of two sensors, and exported to nobody.
                .resideOutsideOfPackage("dev.gleisner.adapters.audit.text")
                .and()
                // Runs in the build, to turn profiles into classes.
                .doNotHaveFullyQualifiedName("dev.gleisner.profiles.ProfileCompiler")
                .and(com.tngtech.archunit.base.DescribedPredicate.not(nameEndingWith("Provider")))
                .should()
                .bePublic()
                .check(CLASSES);
    }

    @Test
    void nothingStartsProcessesOnTheHost() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .because("nothing is executed on the host against data that the command can write")
                .check(CLASSES);
    }
}
