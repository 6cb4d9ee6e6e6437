package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foldwise.client.model.ManifestColumns;
import org.junit.jupiter.api.Test;

class ManifestHeaderTest {
    @Test
    void knowsColumnsByTheirUsualNames() {
        assertThat(ManifestHeader.columns("file,patientId,label,date,site", null))
                .isEqualTo(columns("file", "patientId", "label", "date", "site"));
        assertThat(ManifestHeader.columns("\uFEFF\"Image Index\",Finding,Patient ID", null))
                .isEqualTo(columns("Image Index", "Patient ID", "Finding", null, null));
    }

    @Test
    void asksForColumnsThatItDoesNotKnow() {
        assertThatThrownBy(() -> ManifestHeader.columns("a,b,label", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("file and patientId")
                .hasMessageContaining("--columns");
    }

    @Test
    void takesTheUsersWord() {
        assertThat(ManifestHeader.columns("a,b,c", "file=a,patientId=b,label=c"))
                .isEqualTo(columns("a", "b", "c", null, null));
    }

    @Test
    void refusesPairsThatSayNothing() {
        assertThatThrownBy(() -> ManifestHeader.columns("a", "file"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'file'");
        assertThatThrownBy(() -> ManifestHeader.columns("a", "pixels=a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'pixels=a'");
    }

    private static ManifestColumns columns(String file, String patientId, String label, String date, String site) {
        return new ManifestColumns()
                ._file(file)
                .patientId(patientId)
                .label(label)
                .date(date)
                .site(site);
    }
}
