package io.holdfast.cli;

import io.holdfast.cli.demo.Demo;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Demonstrates Holdfast on this machine, with real servers in a temporary folder: a sample database is backed"
                    + " up, the backup is proven, the database destroyed, restored in its place and compared, then one table and"
                    + " ten rows; all of that is rolled back.",
            "Exits with 0 only if each step was proven. Nothing stays behind."
        },
        footer = {"", "Examples:", "  ./holdfast demo", "  ./holdfast demo --keep", "  ./holdfast demo --json"})
final class DemoCommand extends BaseCommand {
    @Option(
            names = "--keep",
            description = "Keep everything running afterwards, until Ctrl-C, and its folder for good.")
    private boolean keep;

    @Override
    void run() throws IOException, InterruptedException {
        new Demo(keep, output()).run();
    }
}
