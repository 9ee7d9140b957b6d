import Admission
import Testing
import Timeline

@Suite struct LoadGaugeTests {
  @Test func `the interface is under load from 512 of 4096 queued messages`() {
    #expect(LoadGauge.queueCapacity == 4096)
    #expect(LoadGauge.threshold == 512)
    let gauge = Gauge()
    #expect(!gauge.isUnderLoad(queued: 511, at: at(0)))
    #expect(gauge.isUnderLoad(queued: 512, at: at(0)))
    #expect(gauge.isUnderLoad(queued: 4096, at: at(0)))
  }

  @Test func `load sticks for one second after it was last reached`() {
    let gauge = Gauge()
    #expect(gauge.isUnderLoad(queued: 512, at: at(0)))
    #expect(gauge.isUnderLoad(queued: 0, at: at(1, nanoseconds: -1)))
    #expect(!gauge.isUnderLoad(queued: 0, at: at(1)))
    // Once over it must stay over, whatever the clock says; otherwise the stickiness could come back.
    #expect(!gauge.isUnderLoad(queued: 0, at: at(0.5)))
  }

  @Test func `a query below the threshold does not prolong the load`() {
    let gauge = Gauge()
    #expect(gauge.isUnderLoad(queued: 512, at: at(0)))
    #expect(gauge.isUnderLoad(queued: 511, at: at(0.9)))
    #expect(!gauge.isUnderLoad(queued: 511, at: at(1.1)))
  }

  @Test func `a query at the threshold prolongs it`() {
    let gauge = Gauge()
    #expect(gauge.isUnderLoad(queued: 512, at: at(0)))
    #expect(gauge.isUnderLoad(queued: 512, at: at(0.9)))
    #expect(gauge.isUnderLoad(queued: 0, at: at(1.9, nanoseconds: -1)))
    #expect(!gauge.isUnderLoad(queued: 0, at: at(1.9)))
  }
}
