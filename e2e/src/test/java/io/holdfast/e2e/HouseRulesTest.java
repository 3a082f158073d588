package io.holdfast.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which way the arrows go between the modules, and how large the small files stay. */
class HouseRulesTest {
    private static final List<String> SERVICES = List.of("backup", "restore", "verifier", "notifier", "audit");
    private static final List<String> LIBS = List.of("contracts", "config", "eventing", "vault", "engine", "transfer");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .importPaths(Stream.concat(
                            LIBS.stream().map(lib -> "../libs/" + lib),
                            SERVICES.stream().map(service -> "../" + service + "-service"))
                    .map(module -> Path.of(module, "target", "classes"))
                    .toList());

    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(Stream.concat(
                            LIBS.stream().map(lib -> "../libs/" + lib),
                            Stream.concat(
                                    SERVICES.stream().map(service -> "../" + service + "-service"),
                                    Stream.of("../cli", "../devstack")))
                    .map(module -> Path.of(module, "target", "classes"))
                    .toList());

    @Test
    void everyModuleIsLookedAt() {
        Stream.concat(LIBS.stream(), SERVICES.stream())
                .forEach(module -> assertThat(HOUSE.stream()
                                .anyMatch(type -> type.getPackageName().startsWith("io.holdfast." + module)))
                        .as(module)
                        .isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup", "restore", "verifier", "notifier", "audit"})
    void servicesMeetOnlyInEvents(String service) {
        String[] others = SERVICES.stream()
                .filter(other -> !other.equals(service))
                .map(other -> "io.holdfast." + other + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("io.holdfast." + service + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(HOUSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"contracts", "config", "eventing", "vault", "engine", "transfer"})
    void librariesKnowNoService(String lib) {
        String[] services = SERVICES.stream()
                .map(service -> "io.holdfast." + service + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("io.holdfast." + lib + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(services)
                .check(HOUSE);
    }

    @Test
    void vaultAndEngineKnowNothingOfEachOther() {
        notFrom("vault", "io.holdfast.engine..", "io.holdfast.transfer..").check(HOUSE);
        notFrom("engine", "io.holdfast.vault..", "io.holdfast.transfer..").check(HOUSE);
    }

    @Test
    void theDataPathIsFreeOfFrameworks() {
        for (String lib : List.of("contracts", "vault", "engine", "transfer", "config")) {
            notFrom(lib, "io.quarkus..", "org.apache.kafka..", "jakarta..", "io.smallrye..")
                    .check(HOUSE);
        }
        notFrom("vault", "java.sql..", "javax.sql..").check(HOUSE);
    }

    @Test
    void theS3ClientStaysInTheVault() {
        noClasses()
                .that(not(resideInAPackage("io.holdfast.vault..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(HOUSE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.holdfast.(**)").should().beFreeOfCycles().check(ALL);
    }

    /** The API and the two engines' entry points; {@code PostgresTools} finds the programs for everyone. */
    @ParameterizedTest
    @ValueSource(strings = {"postgres", "sqlite"})
    void onlyAnEngineUsesItsInnerPackages(String engine) {
        String own = "io.holdfast.engine." + engine;

        noClasses()
                .that()
                .resideOutsideOfPackage(own + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(own + "..").and(not(resideInAnyPackage(own, own + ".tools"))))
                .check(ALL);
    }

    /** NullAway checks no other packages. */
    @Test
    void everyPackageIsNullMarked() {
        assertThat(ALL.stream().map(JavaClass::getPackage).distinct())
                .allMatch(packaged -> packaged.isAnnotatedWith(NullMarked.class), "is @NullMarked");
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFields().should().beAnnotatedWith("jakarta.inject.Inject").check(HOUSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup", "restore", "verifier", "notifier", "audit"})
    void aServicesOwnFilesStaySmall(String service) throws IOException {
        Path module = Path.of("..", service + "-service");

        assertThat(Files.readAllLines(module.resolve("pom.xml"))).hasSizeLessThan(100);
        assertThat(Files.readAllLines(module.resolve("src/main/resources/application.properties")))
                .hasSizeLessThan(40);
    }

    private static ArchRule notFrom(String lib, String... packages) {
        return noClasses()
                .that()
                .resideInAPackage("io.holdfast." + lib + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }
}
