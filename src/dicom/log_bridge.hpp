#pragma once

namespace harvester::dicom {

/// Sends DCMTK's own log to the logger `harvester.dcmtk`, at debug and below: its texts may quote values out of data
/// sets, so that none of them may reach info. What went wrong is reported by us, in our words.
void bridge_dcmtk_log();

}  // namespace harvester::dicom
