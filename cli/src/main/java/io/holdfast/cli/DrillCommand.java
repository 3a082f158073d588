package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.JobPoller;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drill",
        description = {
            "Holds a drill: restores a backup into a throw-away database, checks the copy, and damages further copies to test"
                    + " the checks. Its report has the measured times.",
            "Without --backup, the newest backup is restored, or with drill.look-back a random proven one."
        },
        subcommands = {
            DrillCommand.ShowReport.class,
            DrillCommand.Evidence.class,
            DrillCommand.Login.class,
            DrillCommand.Result.class,
            DrillCommand.Sign.class
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast drill portal",
            "  ./holdfast drill portal --wait",
            "  ./holdfast drill portal --keep 4h --wait",
            "  ./holdfast drill portal --backup 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77",
            "  ./holdfast drill report 0197f0c4-6a2e"
        })
final class DrillCommand extends ServerCommand {
    private static final List<String> ENDED = List.of("PASSED", "FAILED", "INCONCLUSIVE");

    @Parameters(paramLabel = "SOURCE", arity = "0..1", description = "The source.")
    private @Nullable String source;

    @Option(
            names = "--backup",
            paramLabel = "ID",
            description = "The backup to restore: its id, or its first 8 or more characters.")
    private @Nullable IdPrefix backup;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description =
                    "restore-test (default); total-loss: a process of its own restores with the vault and its key file"
                            + " alone; staging: a masked copy replaces the database of drill.staging.")
    private @Nullable String kind;

    @Option(
            names = "--keep",
            paramLabel = "TIME",
            description =
                    "Keep the copy after the drill, from 1m to 24h, with one login. With --wait the login is printed, once;"
                            + " otherwise see ./holdfast drill login. Needs scratch.postgres and a PostgreSQL source.")
    private @Nullable String keep;

    @Option(names = "--wait", description = "Wait for the outcome; exit with 1 unless the drill passed.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "4h",
            description = "How long --wait waits (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run() {
        if (source == null) {
            throw CommandException.usage("drill needs a SOURCE, or one of report, evidence, login, result and sign");
        }
        HoldfastClient client = api();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("source", source);
        if (kind != null) {
            request.put("kind", kind);
        }
        if (backup != null) {
            request.put("backup", IdResolver.resolve(client, backup, ResourceKind.BACKUP));
        }
        if (keep != null) {
            request.put("keep", keep);
        }
        JsonNode drill = client.post(Service.VERIFIER, "/api/drills", request);
        String id = drill.path("id").asText();
        if (!wait) {
            output().document(drill);
            output().say("drill " + id + " of " + source + " is requested; ./holdfast drills shows its state");
            return;
        }
        ended(
                client,
                new JobPoller(context().pace(), output(), timeout, it -> "./holdfast drills --source " + source)
                        .until(
                                "drill of " + source,
                                () -> client.get(Service.VERIFIER, "/api/drills/" + id),
                                job -> ENDED.contains(job.path("state").asText())));
    }

    private void ended(HoldfastClient client, JsonNode drill) {
        String id = drill.path("id").asText();
        String state = drill.path("state").asText();
        if (!state.equals("PASSED")) {
            if (drill.hasNonNull("copyDatabase")) {
                output().note("the copy is kept until "
                        + drill.path("copyUntil").asText() + "; ./holdfast drill login " + id + " prints the login");
            }
            throw CommandException.failed(
                    "drill " + id + " of " + source + " is " + state + ": "
                            + drill.path("reason").path("message").asText("no reason was given"),
                    drill);
        }
        output().document(drill);
        output().say("drill " + id + " of " + source + " passed; the restore took "
                + HumanFormat.duration(
                        Duration.ofMillis(drill.path("restoreMillis").asLong())));
        output().say("./holdfast drill report " + id + " shows the report");
        if (drill.hasNonNull("copyDatabase")) {
            if (json()) {
                output().note("./holdfast drill login " + id + " prints the login to the copy");
            } else {
                new CopyLogin(client.post(Service.VERIFIER, "/api/drills/" + id + "/login", Map.of())).print(output());
            }
        }
    }

    /** The only login to the kept copy of a drill. The service shows it once. */
    private record CopyLogin(JsonNode document) {
        void print(CommandOutput output) {
            output.document(document);
            output.say("host      " + text("host") + ":" + text("port"));
            output.say("database  " + text("database"));
            output.say("user      " + text("user"));
            output.say("password  " + text("password"));
            output.say("until     " + text("until"));
            output.note("the password is not shown again");
        }

        private String text(String field) {
            return document.path(field).asText();
        }
    }

    @Command(
            name = "login",
            description = "Prints the login to the kept copy of a drill. It is shown once.",
            footer = {
                "",
                "Examples:",
                "  ./holdfast drill login 0197f0c4-6a2e",
            })
    static final class Login extends OfDrill {
        @Override
        void run() {
            HoldfastClient client = api();
            new CopyLogin(client.post(Service.VERIFIER, "/api/drills/" + id(client) + "/login", Map.of()))
                    .print(output());
        }
    }

    /** Of a drill. */
    abstract static class OfDrill extends ServerCommand {
        @Parameters(paramLabel = "ID", description = "The drill's id, or its first 8 or more characters.")
        private IdPrefix given;

        String id(HoldfastClient client) {
            return IdResolver.resolve(client, given, ResourceKind.DRILL);
        }
    }

    @Command(
            name = "report",
            description = "Prints the report of a drill.",
            footer = {
                "",
                "Examples:",
                "  ./holdfast drill report 0197f0c4-6a2e",
                "  ./holdfast drill report 0197f0c4-6a2e --format html",
                "  ./holdfast drill report 0197f0c4-6a2e --json"
            })
    static final class ShowReport extends OfDrill {
        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "md",
                description = "md, html or json (default: ${DEFAULT-VALUE}).")
        private String format;

        @Override
        void run() {
            HoldfastClient client = api();
            String path = "/api/drills/" + id(client) + "/report";
            if (json()) {
                output().document(client.get(Service.VERIFIER, path, Map.of("format", "json")));
            } else {
                output().say(text(client, path, Map.of("format", format)));
            }
        }
    }

    /** A document as a service writes it. */
    static String text(HoldfastClient client, String path, Map<String, String> query) {
        try (HoldfastClient.Download download = client.download(Service.VERIFIER, path, query)) {
            return new String(download.content().readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw CommandException.failed("the answer of verifier-service broke off: " + e.getMessage(), e);
        }
    }

    @Command(
            name = "evidence",
            description = "Writes the evidence of a drill, a signed archive; see ./holdfast evidence verify.",
            footer = {
                "",
                "Examples:",
                "  ./holdfast drill evidence 0197f0c4-6a2e -o drill-evidence.zip",
            })
    static final class Evidence extends OfDrill {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                required = true,
                description = "The file; it must not exist.")
        private Path file;

        @Override
        void run() {
            HoldfastClient client = api();
            String id = id(client);
            try (HoldfastClient.Download download =
                            client.download(Service.VERIFIER, "/api/drills/" + id + "/evidence", Map.of());
                    InputStream content = download.content()) {
                Files.write(file, content.readAllBytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw CommandException.failed("the evidence of drill " + id + " could not be written: " + e, e);
            }
            output().document(ServiceJson.tree(Map.of("drill", id, "path", file.toString())));
            output().say("the evidence of drill " + id + " is in " + file);
        }
    }

    @Command(
            name = "result",
            description = "Adds the result of a test of the application to a drill's report.",
            footer = {
                "",
                "Examples:",
                "  ./holdfast drill result 0197f0c4-6a2e passed",
                "  ./holdfast drill result 0197f0c4-6a2e failed --note log-in"
            })
    static final class Result extends OfDrill {
        /** The verdicts of a test. */
        enum Verdict {
            passed,
            failed
        }

        @Parameters(index = "1", paramLabel = "RESULT", description = "passed or failed.")
        private Verdict verdict;

        @Option(names = "--note", paramLabel = "TEXT", description = "What was tested.")
        private @Nullable String note;

        @Override
        void run() {
            HoldfastClient client = api();
            String id = id(client);
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("passed", verdict == Verdict.passed);
            if (note != null) {
                body.put("note", note);
            }
            output().document(client.post(Service.VERIFIER, "/api/drills/" + id + "/result", body));
            output().say("the result of drill " + id + " is recorded: " + verdict);
        }
    }

    @Command(
            name = "sign",
            description = "Signs the report of a drill: you have read it and accept it. It does not change afterwards.",
            footer = {
                "",
                "Examples:",
                "  ./holdfast drill sign 0197f0c4-6a2e",
                "  ./holdfast drill sign 0197f0c4-6a2e --note Q1"
            })
    static final class Sign extends OfDrill {
        @Option(names = "--note", paramLabel = "TEXT", description = "Kept with the signature.")
        private @Nullable String note;

        @Override
        void run() {
            HoldfastClient client = api();
            String id = id(client);
            JsonNode drill = client.post(
                    Service.VERIFIER,
                    "/api/drills/" + id + "/signature",
                    note == null ? Map.of() : Map.of("note", note));
            output().document(drill);
            output().say("drill " + id + " is signed by "
                    + drill.path("signature").path("person").asText());
        }
    }
}
