package io.holdfast.cli;

import io.holdfast.cli.local.LocalFolders;
import io.holdfast.cli.local.PlatformRunner;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.config.Environment;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = {
            "Runs the platform on this machine until Ctrl-C or ./holdfast down: Kafka, PostgreSQL, S3, a catcher for"
                    + " Slack messages and mails, and the five services, all on 127.0.0.1.",
            "Without --config it makes a holdfast.yaml and a sample database, the source portal. With --with d1 it also"
                    + " runs a stand-in for Cloudflare D1 with a sample, the source portal-d1."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast up",
            "  ./holdfast up --with d1",
            "  ./holdfast up --config holdfast.yaml --data /var/lib/holdfast",
            "  ./holdfast up --data /tmp/try --port 0"
        })
final class UpCommand extends BaseCommand {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Your holdfast.yaml; its vault and sources are used, not the sample's.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where everything is kept (default: holdfast in $XDG_DATA_HOME, or in ~/.local/share).")
    private @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "The first of five ports (default: ${DEFAULT-VALUE}); 0 for any free ones.")
    private int port;

    private static final String D1 = "d1";

    @Option(
            names = "--with",
            paramLabel = "WHAT",
            description = "d1: a stand-in for Cloudflare D1 on this machine, and a sample in it. No account is needed.")
    private List<String> with = List.of();

    @Override
    void run() throws IOException, SQLException, InterruptedException {
        if (port < 0 || port > 65_531) {
            throw CommandException.usage("--port is " + port + "; it is 0 or between 1 and 65531");
        }
        with.stream().filter(what -> !what.equals(D1)).findFirst().ifPresent(what -> {
            throw CommandException.usage("--with knows d1 only, not \"" + what + "\"");
        });
        if (!with.isEmpty() && config != null) {
            throw CommandException.usage("--with adds a sample to the holdfast.yaml that up makes; leave --config out");
        }
        Path folder = data == null ? LocalFolders.data(context().environment()) : data;
        new PlatformRunner(folder, config, ports(), with.contains(D1), output())
                .run(Environment.of(context().environment()));
    }

    private Map<Service, Integer> ports() {
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            if (port != 0) {
                ports.put(service, port + service.port() - Service.BACKUP.port());
            }
        }
        return ports;
    }
}
