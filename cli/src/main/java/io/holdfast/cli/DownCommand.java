package io.holdfast.cli;

import io.holdfast.cli.local.LocalFolders;
import io.holdfast.cli.local.PlatformStopper;
import io.holdfast.cli.rest.ServiceJson;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "down",
        description = "Stops the platform that ./holdfast up runs, and waits until every process of it is gone.",
        footer = {"", "Examples:", "  ./holdfast down", "  ./holdfast down --data /var/lib/holdfast"})
final class DownCommand extends BaseCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder given to up (default: holdfast in $XDG_DATA_HOME, or in ~/.local/share).")
    private @Nullable Path data;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run() throws InterruptedException {
        Path folder = data == null ? LocalFolders.data(context().environment()) : data;
        boolean was = PlatformStopper.stop(folder, timeout);
        output().document(ServiceJson.object().put("data", folder.toString()).put("stopped", was));
        output().say(was ? "stopped; the data stays in " + folder : "nothing runs on " + folder);
    }
}
