package io.holdfast.cli;

import io.holdfast.cli.local.Down;
import io.holdfast.cli.local.Folders;
import io.holdfast.cli.rest.Json;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "down",
        description = "Stops the platform that ./holdfast up runs, and waits until every process of it is gone.",
        footer = {"", "Examples:", "  ./holdfast down", "  ./holdfast down --data /var/lib/holdfast"})
final class DownCommand extends HoldfastCommand {
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
        Path folder = data == null ? Folders.data(context().environment()) : data;
        boolean was = Down.stop(folder, timeout);
        output().document(Json.object().put("data", folder.toString()).put("stopped", was));
        output().say(was ? "stopped; the data stays in " + folder : "nothing runs on " + folder);
    }
}
