package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.config.ConfigException;
import io.holdfast.config.ConfigProblem;
import io.holdfast.config.HoldfastConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "config",
        description = "Checks holdfast.yaml without any service, or applies it in running services.",
        subcommands = {ConfigCommand.Check.class, ConfigReloadCommand.class},
        footer = {
            "",
            "Examples:",
            "  ./holdfast config check",
            "  ./holdfast config check deploy/holdfast.yaml",
            "  ./holdfast config reload"
        })
final class ConfigCommand extends BaseCommand {
    @Override
    void run() {
        throw CommandException.usage(
                "config needs to know what to do: ./holdfast config check, or ./holdfast config reload");
    }

    @Command(
            name = "check",
            description = {
                "Checks holdfast.yaml: every key, value and reference. Reads no secret.",
                "With --against also lists the backups that its retention policies would delete on a running platform."
            },
            footer = {
                "",
                "Examples:",
                "  ./holdfast config check",
                "  ./holdfast config check --config deploy/holdfast.yaml",
                "  ./holdfast config check deploy/holdfast.yaml --json",
                "  ./holdfast config check --against http://127.0.0.1:8081"
            })
    static final class Check extends BaseCommand {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "The file; else the one HOLDFAST_CONFIG names, else holdfast.yaml here.")
        private @Nullable Path file;

        @Parameters(paramLabel = "FILE", arity = "0..1", description = "The same, shorter.")
        private @Nullable Path plain;

        @Option(
                names = "--against",
                paramLabel = "URL",
                description = "The platform, as for --server, whose backups the retention policies are tried on.")
        private @Nullable String against;

        @Override
        void run() {
            if (file != null && plain != null && !file.equals(plain)) {
                throw CommandException.usage("two files are named, " + file + " and " + plain + "; name one");
            }
            Path checked = ConfigFile.locate(file == null ? plain : file, context());
            HoldfastConfig config = load(checked);
            RetentionPreview preview = against == null ? null : RetentionPreview.of(config, client(against));
            ObjectNode document = document(checked, List.of());
            if (preview != null) {
                document.set("retention", preview.items());
            }
            output().document(document);
            output().say(checked + " is good: " + config.sources().size() + " sources ("
                    + String.join(
                            ", ", config.sources().keySet().stream().sorted().toList()) + "), "
                    + config.channels().size() + " channels, vault "
                    + config.vault().bucket() + "/"
                    + config.vault().prefix());
            if (preview != null) {
                preview.show(output());
            }
        }

        private HoldfastClient client(String url) {
            ServiceEndpoints endpoints = ServiceEndpoints.parse(url);
            return new HoldfastClient(
                    endpoints, CallerToken.of(context(), endpoints, null), ServiceTrust.of(endpoints, context()));
        }

        private HoldfastConfig load(Path checked) {
            try {
                return ConfigFile.load(checked, context());
            } catch (ConfigException e) {
                e.problems().forEach(problem -> output().note(problem.toString()));
                int count = e.problems().size();
                throw CommandException.failed(
                        checked + " has " + count + (count == 1 ? " mistake" : " mistakes"),
                        document(checked, e.problems()));
            }
        }

        private static ObjectNode document(Path file, List<ConfigProblem> problems) {
            ObjectNode document =
                    ServiceJson.object().put("file", file.toString()).put("valid", problems.isEmpty());
            ArrayNode list = document.putArray("problems");
            problems.forEach(problem -> list.add(ServiceJson.tree(problem)));
            return document;
        }
    }
}
