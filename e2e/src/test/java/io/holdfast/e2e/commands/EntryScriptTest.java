package io.holdfast.e2e.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./holdfast} makes of machines that have this and lack that: the script itself, on a machine whose JDKs, Maven
 * and PostgreSQL are small stand-ins and whose {@code /usr} and {@code /opt} lie in a folder.
 */
class EntryScriptTest {
    private static final List<String> BASICS = List.of(
            "bash",
            "cat",
            "chmod",
            "cp",
            "dirname",
            "env",
            "find",
            "flock",
            "grep",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tail",
            "tee",
            "touch");
    private static final List<String> SERVICES =
            List.of("backup-service", "verifier-service", "restore-service", "notifier-service", "audit-service");

    @TempDir
    Path machine;

    @BeforeEach
    void aMachineWithBasicsOnly() throws IOException {
        for (String name : BASICS) {
            Path real = Stream.of("/usr/bin", "/bin")
                    .map(folder -> Path.of(folder, name))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(null);
            if (real != null) { // flock is not everywhere
                program(bin().resolve(name), "#!/bin/sh\nexec " + real + " \"$@\"\n");
            }
        }
        String script = Files.readString(Entry.checkout().resolve("holdfast"));
        program(
                project("holdfast"),
                script.replaceAll("(?<=[\\s=])/(?=(usr|opt|etc|Library|Applications)/)", machine + "/"));
        Files.writeString(project("pom.xml"), "<project/>");
        for (String module : SERVICES) {
            Files.createDirectories(project(module + "/src/main"));
        }
        Files.createDirectories(project("libs/engine/src/main"));
        Files.createDirectories(project("cli/src/main/help"));
        for (String command : List.of("demo", "status", "test", "up")) {
            Files.writeString(project("cli/src/main/help/" + command + ".txt"), "");
        }
        Files.createDirectories(project("devstack/src/main"));
    }

    @Test
    void anOldDefaultJavaAndAnOldMavenAreEnoughWhereANewerJdkIsInstalled() throws Exception {
        jdk("usr/lib/jvm/java-17", 17);
        jdk("usr/lib/jvm/java-21", 21);
        jdk("usr/lib/jvm/java-25", 25);
        Files.createSymbolicLink(bin().resolve("javac"), machine.resolve("usr/lib/jvm/java-17/bin/javac"));
        maven("3.8.7");
        postgres("usr/lib/postgresql/15/bin");

        Said first = holdfast("demo", "--json");
        Said second = holdfast("demo");

        assertThat(first.exit()).isZero();
        assertThat(first.out()).isEqualTo("java 25 runs io.holdfast.cli.Main demo --json\n");
        assertThat(first.err())
                .contains("Maven is older than 3.9; fetching 3.9.16 once", "building the platform", "built in");
        assertThat(machine.resolve("home/.cache/holdfast/apache-maven-3.9.16/bin/mvn"))
                .isExecutable();
        assertThat(second).isEqualTo(new Said(0, "java 25 runs io.holdfast.cli.Main demo\n", ""));
        assertThat(builds()).hasSize(1);
    }

    @Test
    void aChangedSourceAndAnotherJdkAreBuiltAgain() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        maven("3.9.9");
        holdfast("status");

        Files.writeString(project("cli/src/main/New.java"), "class New {}");
        holdfast("status");
        jdk("usr/lib/jvm/java-25", 25);
        holdfast("status");
        holdfast("status");

        assertThat(builds()).hasSize(3);
        assertThat(builds().get(1)).doesNotContain(" clean ");
        assertThat(builds().get(2)).contains(" clean ");
    }

    @Test
    void whatIsBuiltIsTakenAsItIsIfToldSo() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        maven("3.9.9");

        Said unbuilt = holdfast("HOLDFAST_BUILD=never", "status");
        holdfast("status");
        Files.writeString(project("cli/src/main/New.java"), "class New {}");
        Said built = holdfast("HOLDFAST_BUILD=never", "status");

        failed(unbuilt, "HOLDFAST_BUILD is never, but not everything is built", "unset it");
        assertThat(built.exit()).isZero();
        assertThat(builds()).hasSize(1);
    }

    @Test
    void theWholeSuiteIsPackagedOnceAndEachModuleTestedInOneLane() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        maven("3.9.9");
        postgres("usr/lib/postgresql/15/bin");

        Said said = holdfast("test");

        assertThat(said.exit()).as(said.toString()).isZero();
        assertThat(said.err()).isEmpty();
        assertThat(builds().getFirst()).contains(" package -DskipTests ");
        List<String> lanes = builds().subList(1, builds().size());
        Map<String, String> packages = testedPackages();
        assertThat(packages.remove("e2e")).isNotNull();
        assertThat(packages)
                .hasSizeGreaterThan(10)
                .allSatisfy((module, name) -> assertThat(tests(lanes, module))
                        .singleElement()
                        .asString()
                        .contains("io.holdfast." + name + ".**"));
        // the longest one is split: a new package under it needs a lane
        assertThat(packagesUnder("e2e/src/test/java/io/holdfast/e2e")).containsExactly("commands");
        assertThat(tests(lanes, "e2e"))
                .anySatisfy(lane -> assertThat(lane).contains("-Dtest=io.holdfast.e2e.*Test "))
                .anySatisfy(lane -> assertThat(lane).contains("-Dtest=io.holdfast.e2e.commands.** "));
    }

    @Test
    void oneLaneThatFailsFailsTheSuite() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        postgres("usr/lib/postgresql/15/bin");
        program(bin().resolve("mvn"), """
                #!/usr/bin/env bash
                [[ $1 == -v ]] && echo 'Apache Maven 3.9.9' && exit
                echo "$*"
                [[ $* != *io.holdfast.restore.* ]] || { echo '[ERROR] RedTest.isRed'; exit 1; }
                """);

        Said said = holdfast("test");

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.err()).isEqualTo("holdfast: the lane restore failed:\n");
        assertThat(said.out()).endsWith("[ERROR] RedTest.isRed\n");
        assertThat(said.out().lines()).anyMatch(line -> line.startsWith("e2e      | "));
    }

    @Test
    void asManyLanesRunAtATimeAsThereAreProcessors() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        postgres("usr/lib/postgresql/15/bin");
        Path running = Files.createDirectory(machine.resolve("running"));
        program(bin().resolve("getconf"), "#!/usr/bin/env bash\necho 2\n");
        program(bin().resolve("mvn"), """
                #!/usr/bin/env bash
                [[ $1 == -v ]] && echo 'Apache Maven 3.9.9' && exit
                [[ $* == *surefire:test* ]] || exit 0
                touch '%1$s'/$$
                others=('%1$s'/*)
                echo "lanes: ${#others[@]}"
                sleep 1
                rm '%1$s'/$$
                """.formatted(running));

        Said said = holdfast("test");

        assertThat(said.exit()).as(said.toString()).isZero();
        assertThat(said.out()
                        .lines()
                        .filter(line -> line.contains("lanes: "))
                        .map(line -> line.replaceAll(".*lanes: ", "")))
                .hasSize(6)
                .containsOnly("1", "2")
                .contains("2");
    }

    @Test
    void slowTestsRunOnRequestOnly() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        maven("3.9.9");
        postgres("usr/lib/postgresql/15/bin");

        assertThat(holdfast("test").exit()).isZero();
        assertThat(builds()).noneMatch(build -> build.contains("tests.excluded"));
        assertThat(holdfast("test", "--all").exit()).isZero();
        assertThat(builds().stream().filter(build -> build.contains("surefire:test")))
                .filteredOn(build -> build.contains(" -Dtests.excluded= "))
                .hasSize(6);
        assertThat(holdfast("test", "--all", "-pl", "cli").exit()).isZero();
        assertThat(builds().getLast()).contains(" verify -Dtests.excluded= -pl cli ");
    }

    @Test
    void argumentsAreHandedToOneMaven() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        maven("3.9.9");
        postgres("usr/lib/postgresql/15/bin");

        assertThat(holdfast("test", "-pl", "libs/vault").exit()).isZero();

        assertThat(builds()).singleElement().asString().contains(" verify -pl libs/vault ");
    }

    @Test
    void everyToolThatIsMissingIsInOneLineWithTheCommandThatInstallsIt() throws Exception {
        jdk("usr/lib/jvm/java-17", 17);
        apt();

        failed(
                holdfast("HOLDFAST_INSTALL=no", "demo"),
                "missing: a JDK 21 or newer, Maven, PostgreSQL's client and server programs;",
                "apt-get install openjdk-25-jdk-headless maven postgresql",
                "JAVA_HOME");
        failed(
                holdfast("status"),
                "missing: a JDK 21 or newer, Maven;",
                "apt-get install openjdk-25-jdk-headless maven");
        assertThat(machine.resolve("installed")).doesNotExist();
    }

    @Test
    void aMachineWithoutAKnownPackageManagerIsToldWhatIsMissing() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        maven("3.9.9");

        for (String command : List.of("demo", "up", "test")) {
            failed(holdfast(command), "missing: PostgreSQL's client and server programs;", "package manager");
        }
        assertThat(builds()).isEmpty();
    }

    @Test
    void theDemoInstallsWhatIsMissingAndGoesOn() throws Exception {
        apt();

        Said said = holdfast("demo");

        assertThat(said.exit()).as(said.toString()).isZero();
        assertThat(said.out()).isEqualTo("java 25 runs io.holdfast.cli.Main demo\n");
        assertThat(said.err())
                .contains("installing through apt-get: openjdk-25-jdk-headless maven postgresql", "no cluster is made");
        assertThat(machine.resolve("installed")).hasContent("""
                update
                -o DPkg::Lock::Timeout=300 install -y --no-install-recommends openjdk-25-jdk-headless maven postgresql
                """);
    }

    @Test
    void helpAndTheVersionNeedNeitherAJdkNorABuild() throws Exception {
        Path help = Entry.checkout().resolve("cli/src/main/help");
        try (Stream<Path> files = Files.list(help)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file, project("cli/src/main/help/" + file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.copy(Entry.checkout().resolve("pom.xml"), project("pom.xml"), StandardCopyOption.REPLACE_EXISTING);

        for (String words : List.of("", "--help", "help")) {
            answered(words, Files.readString(help.resolve("holdfast.txt")));
        }
        for (String words : List.of("vault check --help", "help vault check", "vault --json check -c keys -h")) {
            answered(words, Files.readString(help.resolve("vault-check.txt")));
        }
        for (String words : List.of("backup portal --help", "--server http://127.0.0.1 backup --help")) {
            answered(words, Files.readString(help.resolve("backup.txt")));
        }
        answered("test --help", Files.readString(help.resolve("test.txt")));
        answered("--version", "holdfast 1.0-SNAPSHOT\n");
        assertThat(holdfast("bakup", "--help"))
                .isEqualTo(new Said(2, "", "holdfast: unknown command \"bakup\"; see ./holdfast --help\n"));
        assertThat(project("target")).doesNotExist();
    }

    @Test
    void aBuildThatFailsShowsItsErrorsAndItsLog() throws Exception {
        jdk("usr/lib/jvm/java-21", 21);
        program(bin().resolve("mvn"), """
                #!/usr/bin/env bash
                [[ $1 == -v ]] && echo 'Apache Maven 3.9.9' && exit
                echo '[INFO] no matter'
                echo '[ERROR] Foo.java: no semicolon'
                exit 1
                """);

        Said said = holdfast("status");

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.err())
                .contains("[ERROR] Foo.java: no semicolon", "the build failed; see " + project("target/build.log"))
                .doesNotContain("no matter");
        assertThat(holdfast("status").exit()).isEqualTo(1); // and is not taken for built
    }

    /** Each module's that has tests, below io.holdfast, by its folder. */
    private static List<String> tests(List<String> lanes, String module) {
        return lanes.stream()
                .filter(lane -> lane.matches(".* -pl (\\S+,)?" + module + "[, ].*"))
                .toList();
    }

    private static List<String> packagesUnder(String folder) throws IOException {
        try (Stream<Path> found = Files.list(Entry.checkout().resolve(folder))) {
            return found.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .toList();
        }
    }

    private static Map<String, String> testedPackages() throws IOException {
        Map<String, String> packages = new TreeMap<>();
        String pom = Files.readString(Entry.checkout().resolve("pom.xml"));
        for (String module : Pattern.compile("<module>(.*?)</module>")
                .matcher(pom)
                .results()
                .map(found -> found.group(1))
                .toList()) {
            Path tests = Entry.checkout().resolve(module).resolve("src/test/java/io/holdfast");
            if (!Files.isDirectory(tests)) {
                continue;
            }
            try (Stream<Path> found = Files.list(tests)) {
                packages.put(
                        module, found.findFirst().orElseThrow().getFileName().toString());
            }
        }
        return packages;
    }

    private record Said(int exit, String out, String err) {}

    private static void failed(Said said, String... words) {
        assertThat(said.exit()).as(said.toString()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).startsWith("holdfast: ").hasLineCount(1).contains(words);
    }

    /** @param words of a command line, settings of variables first, as {@code env} has them */
    private Said holdfast(String... words) throws IOException, InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(List.of(bin().resolve("env").toString()));
        int settings = words.length > 0 && words[0].contains("=") ? 1 : 0;
        command.addAll(List.of(words).subList(0, settings));
        command.add(project("holdfast").toString());
        command.addAll(List.of(words).subList(settings, words.length));
        Path out = machine.resolve("out");
        Path err = machine.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin().toString());
        builder.environment().put("HOME", machine.resolve("home").toString());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private void answered(String words, String text) throws IOException, InterruptedException {
        assertThat(holdfast(words.isEmpty() ? new String[0] : words.split(" ", -1)))
                .as(words)
                .isEqualTo(new Said(0, text, ""));
    }

    /**
     * An apt that offers JDK 25 and no other, and what sudo and file systems do for it. It makes what its packages would.
     */
    private void apt() throws IOException {
        program(bin().resolve("sudo"), "#!/usr/bin/env bash\n[[ $1 != -n ]] || shift\nexec \"$@\"\n");
        program(bin().resolve("apt-cache"), """
                #!/usr/bin/env bash
                case $2 in
                  default-jdk-headless) version=2:1.17-74 ;;
                  openjdk-25-jdk-headless) version=25.0.1+8-1 ;;
                  maven) version=3.9.9-1 ;;
                  *) version='(none)' ;;
                esac
                printf '%s:\\n  Installed: (none)\\n  Candidate: %s\\n' "$2" "$version"
                """);
        jdk("packages/jdk", 25);
        postgres("packages/postgres");
        maven("3.9.9");
        Files.move(bin().resolve("mvn"), machine.resolve("packages/mvn"));
        program(bin().resolve("apt-get"), """
                #!/usr/bin/env bash
                cd "%s"
                echo "$*" >>installed
                [[ $* == *install* ]] || exit 0
                grep -q 'create_main_cluster = false' etc/postgresql-common/createcluster.d/holdfast-installs.conf || exit 1
                mkdir -p usr/lib/jvm usr/lib/postgresql/17
                mv packages/jdk usr/lib/jvm/java-25
                mv packages/mvn bin/mvn
                mv packages/postgres usr/lib/postgresql/17/bin
                """.formatted(machine));
    }

    private void jdk(String folder, int major) throws IOException {
        Path home = machine.resolve(folder);
        program(home.resolve("bin/javac"), "#!/usr/bin/env bash\necho javac " + major + ".0.1\n");
        program(
                home.resolve("bin/java"),
                "#!/usr/bin/env bash\nwhile [[ $1 != io.* ]]; do shift; done\n" + "echo java " + major
                        + " runs \"$@\"\n");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + major + ".0.1\"\n");
    }

    /** It notes its builds, makes what the script looks for, and fetches a newer one if asked to. */
    private void maven(String version) throws IOException {
        String made = String.join(
                " ",
                SERVICES.stream()
                        .map(service -> service + "/target/quarkus-app/quarkus-run.jar")
                        .toList());
        program(bin().resolve("mvn"), """
                #!/usr/bin/env bash
                version=%s
                [[ $1 == -v ]] && echo "Apache Maven $version" && exit
                if [[ $* == *:unpack* ]]; then
                  folder=apache-maven-3.9.16/bin
                  mkdir -p $folder
                  sed 's/^version=.*/version=3.9.16/' "$0" >$folder/mvn
                  exit
                fi
                echo " $* " >>%s
                for file in %s cli/target/cli-1.0-SNAPSHOT.jar cli/target/lib/x.jar devstack/target/devstack.classpath; do
                  mkdir -p "$(dirname "$file")"
                  touch "$file"
                done
                """.formatted(version, machine.resolve("builds"), made));
    }

    private void postgres(String folder) throws IOException {
        for (String name : List.of("pg_dump", "pg_restore", "psql", "initdb", "postgres")) {
            program(machine.resolve(folder).resolve(name), "#!/usr/bin/env bash\n");
        }
    }

    private List<String> builds() throws IOException {
        Path noted = machine.resolve("builds");
        return Files.exists(noted) ? Files.readAllLines(noted) : List.of();
    }

    private Path bin() {
        return machine.resolve("bin");
    }

    private Path project(String path) {
        return machine.resolve("project").resolve(path);
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
