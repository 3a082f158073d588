package io.holdfast.cli;

import io.holdfast.cli.local.LocalToken;
import io.holdfast.cli.login.LoginFile;
import io.holdfast.cli.login.Logins;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceEndpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bearer token that a command sends. It never stands in the command's arguments. */
final class CallerToken {
    private CallerToken() {}

    /**
     * The token of HOLDFAST_TOKEN, else of the file that HOLDFAST_TOKEN_FILE names, else of the login for these services, else the
     * admin token of a platform on this machine; null if none of them exists.
     */
    static @Nullable String of(CliContext context, ServiceEndpoints endpoints, @Nullable Path data) {
        String given = context.variable("HOLDFAST_TOKEN");
        if (!given.isEmpty()) {
            return given;
        }
        String file = context.variable("HOLDFAST_TOKEN_FILE");
        if (!file.isEmpty()) {
            return read(Path.of(file));
        }
        return logins(context)
                .token(endpoints)
                .or(() -> LocalToken.find(endpoints, data, context.environment()))
                .orElse(null);
    }

    static Logins logins(CliContext context) {
        return new Logins(LoginFile.of(context.environment()), context.pace().clock());
    }

    private static String read(Path file) {
        try {
            String token = Files.readString(file).strip();
            if (token.isEmpty()) {
                throw CommandException.usage("HOLDFAST_TOKEN_FILE: " + file + " is empty");
            }
            return token;
        } catch (IOException e) {
            throw CommandException.usage("HOLDFAST_TOKEN_FILE: " + file + " cannot be read (" + e.getMessage() + ")");
        }
    }
}
