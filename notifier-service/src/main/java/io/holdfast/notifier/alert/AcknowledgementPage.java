package io.holdfast.notifier.alert;

import io.holdfast.access.OwnCredential;
import io.holdfast.notifier.alert.Acknowledgements.LinkResult;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.net.SocketAddress;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/**
 * The page behind the link of a message: one button that acknowledges. Whoever has the link may use it, once; its token is
 * its credential.
 */
@Path(AcknowledgementPage.PATH + "/{token}")
class AcknowledgementPage {
    static final String PATH = "/api/acknowledgements";
    private static final int LISTED = 20;
    private static final String HTML = "text/html; charset=utf-8";
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
            + " frame-ancestors 'none'; base-uri 'none'";

    private final Acknowledgements acknowledgements;
    private final CurrentVertxRequest current;

    AcknowledgementPage(Acknowledgements acknowledgements, CurrentVertxRequest current) {
        this.acknowledgements = acknowledgements;
        this.current = current;
    }

    @GET
    @OwnCredential("the signed token of a message's link")
    @RunOnVirtualThread
    @Produces(HTML)
    @Operation(hidden = true)
    public Response show(@RestPath String token) throws SQLException {
        return page(acknowledgements.look(token));
    }

    @POST
    @OwnCredential("the signed token of a message's link")
    @RunOnVirtualThread
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(HTML)
    @Operation(hidden = true)
    public Response acknowledge(@RestPath String token) throws SQLException {
        SocketAddress address = current.getCurrent().request().remoteAddress();
        return page(acknowledgements.use(token, address == null ? "unknown" : String.valueOf(address.hostAddress())));
    }

    private static Response page(LinkResult result) {
        return switch (result.state()) {
            case OPEN -> page(200, "Acknowledge " + count(result), list(result) + """
                            <form method="post"><button type="submit">Acknowledge</button></form>
                            <p>Messages and escalation stop for 24 hours, or until it is over.</p>""");
            case DONE -> page(200, "Acknowledged " + count(result), list(result));
            case OVER -> page(409, "Nothing to acknowledge", "<p>These alerts have ended.</p>");
            case USED ->
                page(410, "This link was used", "<p>A link works once. Use holdfast alerts and holdfast ack.</p>");
            case REFUSED ->
                page(403, "This link is not valid", "<p>It has expired, or it is not one of this platform.</p>");
        };
    }

    private static String count(LinkResult result) {
        return result.alerts().size() == 1 ? "1 alert" : result.alerts().size() + " alerts";
    }

    private static String list(LinkResult result) {
        StringBuilder list = new StringBuilder("<ul>");
        List<String> alerts = result.alerts();
        alerts.stream()
                .limit(LISTED)
                .forEach(alert -> list.append("<li>").append(escape(alert)).append("</li>"));
        if (alerts.size() > LISTED) {
            list.append("<li>… and ").append(alerts.size() - LISTED).append(" more</li>");
        }
        return list.append("</ul>\n").toString();
    }

    private static Response page(int status, String title, String body) {
        String html = """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>Holdfast: %1$s</title>
                <style>body { font: 1rem/1.5 system-ui; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
                button { font: inherit; padding: .5rem 1.5rem }</style></head>
                <body><h1>%1$s</h1>
                %2$s
                </body></html>
                """.formatted(escape(title), body);
        return Response.status(status)
                .type(HTML)
                .header("Content-Security-Policy", POLICY)
                // with no-referrer a browser sends "Origin: null" with the form
                .header("Referrer-Policy", "same-origin")
                .entity(html)
                .build();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
