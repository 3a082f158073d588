package io.holdfast.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command without a subcommand: help. */
@Command(
        name = "./holdfast",
        versionProvider = Version.class,
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        optionListHeading = "%n",
        commandListHeading = "%nCommands:%n",
        description = "Backs databases up, proves each backup by restoring it and comparing every row, and restores.",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            SourcesCommand.class,
            BackupCommand.class,
            BackupsCommand.class,
            ShowCommand.class,
            CancelCommand.class,
            ScheduleCommand.class,
            WindowsCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            HoldCommand.class,
            ReleaseCommand.class,
            DeleteCommand.class,
            RetentionCommand.class,
            RestoreCommand.class,
            RollbackCommand.class,
            ApproveCommand.class,
            VerifyCommand.class,
            DrillCommand.class,
            DrillsCommand.class,
            EvidenceCommand.class,
            ExportCommand.class,
            AlertsCommand.class,
            AckCommand.class,
            SilenceCommand.class,
            ActivityCommand.class,
            ChannelsCommand.class,
            TokenCommand.class,
            LoginCommand.class,
            LogoutCommand.class,
            WhoamiCommand.class,
            AccessCommand.class,
            ConfigCommand.class,
            SignCommand.class,
            VaultCommand.class,
            BenchCommand.class,
        },
        footer = {
            "",
            "./holdfast build builds everything; ./holdfast test runs the tests.",
            "./holdfast help COMMAND, or COMMAND --help, explains a command.",
            "",
            "Exit codes: 0 done, 1 the work failed, 2 wrong usage, 3 refused,",
            "4 timed out waiting.",
            "",
            "Examples:",
            "  ./holdfast demo                         all of it on this machine",
            "  ./holdfast up                           the platform, until Ctrl-C",
            "  ./holdfast backup portal --wait proven  fails unless it is proven",
            "  ./holdfast restore portal --into portal_copy"
        })
final class RootCommand {
    private final CliContext context;

    @Option(names = "--server", paramLabel = "URL", description = "The platform; as after a command.")
    private @Nullable String server;

    @SuppressWarnings("UnusedVariable") // declared for picocli
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // declared for picocli
    @Option(names = "--version", versionHelp = true, description = "Show the version.")
    private boolean version;

    RootCommand(CliContext context) {
        this.context = context;
    }

    CliContext context() {
        return context;
    }

    /** The platform that was named before the command. */
    @Nullable
    String server() {
        return server;
    }
}
