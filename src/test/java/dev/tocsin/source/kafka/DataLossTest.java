package dev.tocsin.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class DataLossTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 3);

    private final List<Long> lost = new ArrayList<>();

    @Test
    void aGapThatIsMetAgainIsCountedOnce() throws Exception {
        DataLoss dataLoss = new DataLoss(false, lost::add);

        dataLoss.removed(PARTITION, 100, 200);
        dataLoss.removed(PARTITION, 100, 200);
        assertThat(lost).containsExactly(100L);

        dataLoss.removed(PARTITION, 100, 250);
        dataLoss.removed(PARTITION, 300, 310);
        assertThat(lost).containsExactly(100L, 50L, 10L);
    }

    @Test
    void ofATopicThatWasMadeAnewAllCountsAgain() throws Exception {
        DataLoss dataLoss = new DataLoss(false, lost::add);
        dataLoss.removed(PARTITION, 100, 200);

        dataLoss.madeAnew(PARTITION, 0);
        dataLoss.removed(PARTITION, 5, 10);

        assertThat(lost).containsExactly(100L, 0L, 5L);
    }

    @Test
    void theLineNamesTopicPartitionAndGap() {
        DataLoss dataLoss = new DataLoss(true, lost::add);

        assertThatThrownBy(() -> dataLoss.removed(PARTITION, 100, 200))
                .isInstanceOf(DataLoss.DataLostException.class)
                .hasMessageContaining("topic t, partition 3: the records from offset 100 to 199, 100 of them");
        assertThat(lost).isEmpty();
    }
}
