package io.holdfast.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which way the arrows go between the modules, and how large the small files stay. */
class HouseRulesTest {
    private static final List<String> SERVICES = List.of("backup", "restore", "verifier", "notifier", "audit");

    /** Modules whose code runs in no service. */
    private static final Set<String> TOOLS = Set.of("cli", "devstack", "libs/test-support");

    private static final List<String> MODULES = modules();
    private static final JavaClasses HOUSE =
            classes(MODULES.stream().filter(module -> !TOOLS.contains(module)).toList());
    private static final JavaClasses ALL = classes(MODULES);

    /** The modules of the build that have code. */
    private static List<String> modules() {
        try {
            return Pattern.compile("<module>(.*?)</module>")
                    .matcher(Files.readString(Path.of("../pom.xml")))
                    .results()
                    .map(module -> module.group(1))
                    .filter(module -> Files.isDirectory(Path.of("..", module, "src/main/java")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JavaClasses classes(List<String> modules) {
        return new ClassFileImporter()
                .importPaths(modules.stream()
                        .map(module -> Path.of("..", module, "target", "classes"))
                        .toList());
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(MODULES)
                .contains(
                        "libs/engine-postgres",
                        "libs/engine-sqlite",
                        "libs/engine-d1",
                        "libs/test-support",
                        "cli",
                        "backup-service")
                .allSatisfy(module -> assertThat(ALL.stream()
                                .flatMap(type -> type.getSource().stream())
                                .anyMatch(source -> source.getUri().toString().contains("/" + module + "/target/")))
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
    @ValueSource(
            strings = {
                "contracts",
                "drill",
                "config",
                "access",
                "eventing",
                "vault",
                "engine",
                "neon",
                "rds",
                "supabase",
                "wal",
                "transfer"
            })
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
        notFrom("vault", "io.holdfast.engine..", "io.holdfast.wal..", "io.holdfast.transfer..")
                .check(HOUSE);
        notFrom("engine", "io.holdfast.vault..", "io.holdfast.wal..", "io.holdfast.transfer..")
                .check(HOUSE);
    }

    /** Evidence is verified without a vault. */
    @Test
    void reportsOfDrillsKnowOnlyTheContracts() {
        notFrom(
                        "drill",
                        "io.holdfast.vault..",
                        "io.holdfast.engine..",
                        "io.holdfast.transfer..",
                        "io.holdfast.config..")
                .check(HOUSE);
        notFrom("drill", "jakarta..", "org.apache.kafka..", "io.smallrye..", "java.sql..")
                .check(HOUSE);
    }

    @Test
    void theDataPathIsFreeOfFrameworks() {
        for (String lib : List.of(
                "contracts", "vault", "engine", "neon", "rds", "supabase", "wal", "transfer", "config", "access")) {
            notFrom(lib, "io.quarkus..", "org.apache.kafka..", "jakarta..", "io.smallrye..")
                    .check(HOUSE);
        }
        notFrom("vault", "java.sql..", "javax.sql..").check(HOUSE);
    }

    @Test
    void theS3ClientStaysInTheVaultAndThatOfRdsInItsLibrary() {
        noClasses()
                .that(not(resideInAnyPackage("io.holdfast.vault..", "io.holdfast.rds..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(HOUSE);
        notFrom("vault", "software.amazon.awssdk.services.rds..").check(HOUSE);
        notFrom("rds", "software.amazon.awssdk.services.s3..", "io.holdfast.vault..")
                .check(HOUSE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.holdfast.(**)").should().beFreeOfCycles().check(ALL);
    }

    /** The API and the engines' entry points; {@code PostgresTools} finds the programs for everyone. */
    @ParameterizedTest
    @ValueSource(strings = {"postgres", "sqlite", "d1"})
    void onlyAnEngineUsesItsInnerPackages(String engine) {
        String own = "io.holdfast.engine." + engine;

        noClasses()
                .that()
                .resideOutsideOfPackage(own + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(own + "..").and(not(resideInAnyPackage(own, own + ".tools"))))
                .check(ALL);
    }

    /** One folder for each process, which only its user reads and which is removed after a crash. */
    @Test
    void temporaryFilesLieInTheFolderOfTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.holdfast.engine.support.ProcessTempDirectory")
                .should()
                .callMethodWhere(target(owner(type(Files.class))).and(target(nameMatching("createTemp.*"))))
                .orShould()
                .callMethodWhere(target(owner(type(File.class))).and(target(nameMatching("createTempFile"))))
                .check(HOUSE);
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
