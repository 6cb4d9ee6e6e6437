package org.foldwise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {
    private static final Options OPTIONS = Options.parse(List.of("train", "--rounds", "3"));

    /** A process that speaks the protocol and always took these seconds for 8 images. */
    private static Contestant contestant(String setting, boolean isPeer, String seconds) {
        String script = "echo '{\"ready\":true,\"versions\":{\"sh\":\"1\"}}'; while read line; do case $line in"
                + " measure) echo '{\"seconds\":[" + seconds + "],\"units\":8}' ;;"
                + " end) echo '{\"peakMemoryMiB\":12.5}'; exit 0 ;; esac; done";
        return new Contestant(setting, isPeer, List.of("sh", "-c", script), Map.of());
    }

    private static JsonNode figures(Unit unit, Contestant... contestants) throws IOException {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        Result result = new Comparison(OPTIONS, unit, List.of(contestants)).run(nowhere);
        return JsonMapper.builder().build().readTree(result.json());
    }

    @Test
    void theRatioSaysHowManyTimesMoreImagesOursDoes() throws IOException {
        JsonNode figures = figures(
                Unit.IMAGES_PER_SECOND,
                contestant("slow", true, "4,4,4"),
                contestant("fast", true, "1,2,9"),
                contestant("foldwise", false, "1,1,1"));

        assertThat(figures.get("peer").asDouble()).isEqualTo(4);
        assertThat(figures.get("ours").asDouble()).isEqualTo(8);
        assertThat(figures.get("ratio").asDouble()).isEqualTo(2);
        assertThat(figures.get("peerSetting").asString()).isEqualTo("fast");
        assertThat(figures.get("contestants").get(0).get("ratio").asDouble()).isEqualTo(4);
        assertThat(figures.get("contestants").get(0).get("medians")).hasSize(3);
        assertThat(figures.get("contestants").get(2).get("peakMemoryMiB").asDouble())
                .isEqualTo(12.5);
    }

    @Test
    void theRatioOfTimesIsThePeersByOurs() throws IOException {
        JsonNode figures = figures(
                Unit.MILLISECONDS,
                contestant("fast", true, "0.003"),
                contestant("slow", true, "0.030"),
                contestant("foldwise", false, "0.002"));

        assertThat(figures.get("peer").asDouble()).isCloseTo(3, within(1e-9));
        assertThat(figures.get("ratio").asDouble()).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void aSettingThatIsNotAvailableTakesNoPart() throws IOException {
        Contestant unable = new Contestant(
                "compiled", true, List.of("sh", "-c", "echo '{\"unavailable\":\"no compiler\"}'"), Map.of());

        JsonNode figures = figures(
                Unit.IMAGES_PER_SECOND, unable, contestant("eager", true, "1"), contestant("foldwise", false, "1"));

        assertThat(figures.get("contestants").get(0).get("unavailable").asString())
                .isEqualTo("no compiler");
        assertThat(figures.get("peerSetting").asString()).isEqualTo("eager");
    }

    @Test
    void aContestantThatDiesFailsTheComparison() {
        Contestant dead = new Contestant("foldwise", false, List.of("sh", "-c", "exit 1"), Map.of());

        assertThatThrownBy(() -> figures(Unit.IMAGES_PER_SECOND, contestant("eager", true, "1"), dead))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ours, foldwise");
    }

    @Test
    void aProgramHasRoundsOfItsOwn() {
        assertThat(Options.parse(List.of("train")).rounds()).isEqualTo(5);
        assertThat(Options.parse(List.of("cv")).rounds()).isEqualTo(1);
        assertThat(Options.parse(List.of("cv", "--rounds", "2")).rounds()).isEqualTo(2);
        assertThat(Options.parse(List.of("serve")).variant()).isEqualTo("throughput");
        assertThat(Options.parse(List.of("inference", "--variant", "batch32-bfloat16"))
                        .variant())
                .isEqualTo("batch32-bfloat16");
    }

    @Test
    void wrongOptionsAreRefused() {
        assertThatThrownBy(() -> Options.parse(List.of("train", "--variant", "float8")))
                .hasMessageContaining("float32, bfloat16, frozen");
        assertThatThrownBy(() -> Options.parse(List.of("train", "--threads", "0")))
                .hasMessageContaining("--threads");
        assertThatThrownBy(() -> Options.parse(List.of("train", "--json"))).hasMessageContaining("--json");
        assertThatThrownBy(() -> Options.parse(List.of("swim"))).hasMessageContaining("swim");
    }
}
