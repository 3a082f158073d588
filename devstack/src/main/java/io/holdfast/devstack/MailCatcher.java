package io.holdfast.devstack;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** An SMTP server that keeps what it is given, one message for each recipient. */
final class MailCatcher implements StackServer {
    private final GreenMail server;
    private final CaughtMessageStore caughtMessageStore;

    private MailCatcher(GreenMail server, CaughtMessageStore caughtMessageStore) {
        this.server = server;
        this.caughtMessageStore = caughtMessageStore;
    }

    static MailCatcher start(int port, CaughtMessageStore caughtMessageStore) {
        GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        MailCatcher catcher = new MailCatcher(server, caughtMessageStore);
        server.start();
        UserManager users = server.getUserManager();
        users.setMessageDeliveryHandler((message, recipient) -> catcher.take(users, message, recipient));
        return catcher;
    }

    int port() {
        return server.getSmtp().getPort();
    }

    @Override
    public void stop() {
        server.stop();
    }

    private GreenMailUser take(UserManager users, MovingMessage message, MailAddress recipient)
            throws MessagingException, UserException {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : Collections.list(message.getMessage().getAllHeaders())) {
            headers.put(header.getName(), header.getValue());
        }
        String subject = message.getMessage().getSubject();
        CaughtMessage caughtMessage = new CaughtMessage(
                "mail",
                recipient.getEmail(),
                Instant.now().toString(),
                subject == null ? "" : subject,
                text(message.getMessage()),
                headers);
        if (caughtMessageStore.offer(caughtMessage).isPresent()) {
            throw new MessagingException("refused as told");
        }
        GreenMailUser known = users.getUserByEmail(recipient.getEmail());
        return known != null
                ? known
                : users.createUser(recipient.getEmail(), recipient.getEmail(), recipient.getEmail());
    }

    /** The parts that are text, decoded, one after the other. */
    private static String text(Part part) throws MessagingException {
        try {
            if (part.getContent() instanceof Multipart parts) {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < parts.getCount(); i++) {
                    text.append(text(parts.getBodyPart(i)));
                }
                return text.toString();
            }
            return part.getContent() instanceof String text ? text : "(" + part.getContentType() + ")\n";
        } catch (IOException e) {
            throw new MessagingException("unreadable message", e);
        }
    }
}
