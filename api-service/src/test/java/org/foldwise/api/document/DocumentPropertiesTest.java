package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Document;
import org.foldwise.document.Section;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import tools.jackson.databind.json.JsonMapper;

class DocumentPropertiesTest {
    private static final Document DOCUMENT =
            new Document("t", "s", List.of(new Section("a", List.of(new Paragraph("From /api/v1/runs/x.", false)))));

    /** Whatever name the request was sent to. */
    private static String page(DocumentProperties properties) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Host", "elsewhere.example.org");
        DocumentAnswers answers = new DocumentAnswers(JsonMapper.builder().build(), properties);
        byte[] page =
                answers.answer(DOCUMENT, "t", DocumentFormat.HTML, request).getBody();
        return new String(page == null ? new byte[0] : page, StandardCharsets.UTF_8);
    }

    @Test
    void linksBeginWithTheAddressThatReadersHave() {
        assertThat(page(new DocumentProperties(URI.create("https://foldwise.example.org/films"))))
                .contains("From <a href=\"https://foldwise.example.org/films/api/v1/runs/x\">/api/v1/runs/x</a>.");
        assertThat(page(new DocumentProperties(null))).contains("From <a href=\"/api/v1/runs/x\">/api/v1/runs/x</a>.");
    }

    @Test
    void anAddressThatNoBrowserCanFollowIsRefused() {
        URI address = URI.create("ftp://foldwise.example.org");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DocumentProperties(address))
                .withMessageStartingWith("foldwise.documents.public-address cannot be followed: ")
                .withMessageContaining("ftp://foldwise.example.org");
    }
}
